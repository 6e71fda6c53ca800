using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>
/// A cluster whose configuration file a migration changes. Its API server is restarted when the restart command asks for
/// it: the command writes a file and waits until it is gone. Without such a command a restart may stand for its own reload, which
/// looks once a minute.
/// </summary>
internal sealed class MovingCluster : IAsyncDisposable
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _objects = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly ProviderHome _home;
    private readonly EtcdServer _etcd;
    private readonly ApiServer _api;
    private readonly Task _restarts;
    private bool _isStopped;

    private MovingCluster(ProviderHome home, EtcdServer etcd, ApiServer api)
    {
        (_home, _etcd, _api) = (home, etcd, api);
        _restarts = RestartWhenAsked();
    }

    internal string Config => _home.At("encryption.yaml");

    internal ProviderHome Home => _home;

    internal ApiServer Api => _api;

    internal EtcdServer Store => _etcd;

    internal string KubeConfig => _home.At("kubeconfig");

    /// <summary>True: its API server is restarted as soon as its file changes, in the place of the reload that comes within a minute.</summary>
    /// <remarks>Set where nobody but edgekms writes the file.</remarks>
    internal bool RestartsOnChange { get; set; }

    /// <summary>False where an API server that answers is enough, as for <c>systemctl restart</c>.</summary>
    internal bool RestartsUntilReady { get; set; } = true;

    internal string ValueOf(string name) => _values[name];

    internal string Journal => Config + ".migration.json";

    internal string RestartCommand => Ask("restart");

    /// <summary>Stops the API server.</summary>
    internal string StopCommand => Ask("stop");

    /// <param name="providers">The lines under <c>providers:</c> of Secrets, with six spaces; <c>KMS_SOCKET</c> is the provider's.</param>
    /// <param name="secrets">How many Secrets are written.</param>
    /// <param name="program">Which API server.</param>
    /// <param name="serve">Flags of <c>edgekmsd serve</c>.</param>
    internal static async Task<MovingCluster> Start(
        string providers,
        int secrets,
        ApiProgram? program = null,
        params string[] serve
    )
    {
        var cluster = await StartWith(Configuration(providers), program, serve);
        for (var i = 0; i < secrets; i++)
            await cluster.Create($"s{i:000}");
        return cluster;
    }

    /// <summary>With a whole configuration; <c>KMS_SOCKET</c> and <c>HOME</c> in it are the provider's.</summary>
    internal static async Task<MovingCluster> StartWith(
        string configuration,
        ApiProgram? program = null,
        params string[] serve
    )
    {
        Testbed.Require();
        var home = await ProviderHome.Serving(serve);
        var config = home.At("encryption.yaml");
        configuration = configuration
            .Replace("KMS_SOCKET", home.KmsSocket, StringComparison.Ordinal)
            .Replace("HOME", home.At(), StringComparison.Ordinal);
        await File.WriteAllTextAsync(config, configuration);
        var etcd = await EtcdServer.Start(home.At("etcd"));
        var api = new ApiServer(home.At(), etcd.Url, config, program);
        api.Start();
        await api.Ready();
        api.WriteKubeConfig(home.At("kubeconfig"));
        return new MovingCluster(home, etcd, api);
    }

    internal static string Configuration(string providers) =>
        $"""
            # the till's own file
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources:
                  - secrets
                providers:
            {providers}

            """;

    internal async Task Create(string name)
    {
        var value = Convert.ToHexString(RandomNumberGenerator.GetBytes(100));
        await _api.Create(name, value);
        _values[name] = value;
    }

    /// <summary>An object of any kind, with <c>data</c>.</summary>
    /// <param name="collection">Its path without its name.</param>
    /// <param name="manifest">What is sent.</param>
    internal async Task Create(string collection, JsonObject manifest)
    {
        await _api.Send(HttpMethod.Post, collection, manifest);
        _objects[$"{collection}/{manifest["metadata"]!["name"]}"] = manifest["data"]!.ToJsonString();
    }

    internal Task RestartApiServer() => _api.Restart();

    /// <summary>etcd put back to a snapshot, with the API server stopped meanwhile.</summary>
    internal async Task PutBack(string snapshot)
    {
        await _api.Stop();
        await _etcd.Restore(snapshot);
        _api.Start();
        await _api.Ready();
    }

    /// <summary>A command that was killed may have left a restart of the API server under way.</summary>
    internal Task Settled() =>
        Eventually.Holds(
            "no restart is under way",
            async () =>
            {
                // The shell of a killed command lives on, and may only now ask for its restart.
                var shell = await RunningProcess.Run("/usr/bin/pgrep", ["-f", _home.At("restart")]);
                return shell.Exit == 1 && !File.Exists(_home.At("restart"));
            }
        );

    /// <summary>Every object read through the API server has the value that it was given.</summary>
    internal async Task AllAreReadable()
    {
        await Settled();
        foreach (var (name, value) in _values)
            Assert.Equal(Hash(value), Hash(await _api.Read(name)));
        foreach (var (path, data) in _objects)
        {
            var found = JsonNode.Parse(await _api.Send(HttpMethod.Get, path, null))!;
            Assert.Equal(Hash(data), Hash(found["data"]!.ToJsonString()));
        }
    }

    /// <summary>How many Secrets lie in etcd with this beginning; plain ones begin with <c>k8s\0</c>.</summary>
    internal async Task<int> StoredWith(string beginning)
    {
        var bytes = Encoding.ASCII.GetBytes(beginning);
        return (await _etcd.List("/registry/secrets/")).Values.Count(v => v.AsSpan().StartsWith(bytes));
    }

    internal string[] Command(params string[] arguments) =>
        [
            "migrate",
            .. arguments,
            "--encryption-config",
            Config,
            "--kubeconfig",
            _home.At("kubeconfig"),
            .. _home.Settings,
        ];

    internal string[] Etcd => ["--etcd-endpoints", _etcd.Url];

    /// <summary>Types a command as it was printed; <c>edgekms</c> gets what is not where it is on another machine: sockets, API server, etcd.</summary>
    internal async Task<CommandResult> Type(string command)
    {
        var bin = Directory.CreateDirectory(_home.At("bin")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(bin, "edgekms"),
            $"""
            #!/bin/sh
            exec {CommandProgram.Path} "$@" {string.Join(' ', ["--kubeconfig", KubeConfig, .. Etcd, .. _home.Settings])}

            """
        );
        File.SetUnixFileMode(Path.Combine(bin, "edgekms"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return await RunningProcess.Run(
            "/bin/sh",
            ["-c", command],
            new Dictionary<string, string?> { ["PATH"] = $"{bin}:/usr/bin:/bin", ["COLUMNS"] = "1000" }
        );
    }

    /// <summary>Runs <c>edgekms migrate</c> with the datastore and the restart command.</summary>
    internal Task<CommandResult> Migrate(params string[] arguments) =>
        RunningProcess.Run(CommandProgram.Path, Command([.. arguments, .. Etcd, "--restart-command", RestartCommand]));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _restarts;
        await _api.DisposeAsync();
        await _etcd.DisposeAsync();
        await _home.DisposeAsync();
        _end.Dispose();
    }

    private string Ask(string what)
    {
        var ask = _home.At(what);
        return $"touch {ask}; while [ -e {ask} ]; do sleep 0.05; done";
    }

    private async Task RestartWhenAsked()
    {
        string? known = null;
        while (!_end.IsCancellationRequested)
        {
            // What it said when that was asked for is no change.
            var (before, now) = (known, RestartsOnChange ? await File.ReadAllTextAsync(Config) : null);
            known = now;
            if (File.Exists(_home.At("restart")) || (before is not null && now is not null && now != before))
            {
                await Restart();
                File.Delete(_home.At("restart"));
            }
            if (File.Exists(_home.At("stop")))
            {
                await Stop();
                File.Delete(_home.At("stop"));
            }
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private async Task Restart()
    {
        await Stop();
        _api.Start();
        _isStopped = false;
        if (RestartsUntilReady)
            await _api.Ready();
        else
            await Eventually.Holds("the API server answers", async () => await _api.Try("/livez") is not null);
    }

    private async Task Stop()
    {
        if (!_isStopped)
            await _api.Stop();
        _isStopped = true;
    }

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
