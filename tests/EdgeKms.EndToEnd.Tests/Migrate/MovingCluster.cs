using System.Security.Cryptography;
using System.Text;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>
/// A cluster whose configuration file a migration changes. Its API server is restarted when the restart command asks for
/// it: the command writes a file and waits until it is gone.
/// </summary>
internal sealed class MovingCluster : IAsyncDisposable
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _end = new();
    private readonly ProviderHome _home;
    private readonly EtcdServer _etcd;
    private readonly ApiServer _api;
    private readonly Task _restarts;

    private MovingCluster(ProviderHome home, EtcdServer etcd, ApiServer api)
    {
        (_home, _etcd, _api) = (home, etcd, api);
        _restarts = RestartWhenAsked();
    }

    internal string Config => _home.At("encryption.yaml");

    internal ProviderHome Home => _home;

    internal string ValueOf(string name) => _values[name];

    internal string Journal => Config + ".migration.json";

    internal string RestartCommand
    {
        get
        {
            var ask = _home.At("restart");
            return $"touch {ask}; while [ -e {ask} ]; do sleep 0.05; done";
        }
    }

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
        Testbed.Require();
        var home = await ProviderHome.Serving(serve);
        var config = home.At("encryption.yaml");
        providers = providers.Replace("KMS_SOCKET", home.KmsSocket, StringComparison.Ordinal);
        await File.WriteAllTextAsync(config, Configuration(providers));
        var etcd = await EtcdServer.Start(home.At("etcd"));
        var api = new ApiServer(home.At(), etcd.Url, config, program);
        api.Start();
        await api.Ready();
        api.WriteKubeConfig(home.At("kubeconfig"));
        var cluster = new MovingCluster(home, etcd, api);
        for (var i = 0; i < secrets; i++)
            await cluster.Create($"s{i:000}");
        return cluster;
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

    internal Task RestartApiServer() => _api.Restart();

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

    /// <summary>Every Secret read through the API server has the value that it was given.</summary>
    internal async Task AllAreReadable()
    {
        await Settled();
        foreach (var (name, value) in _values)
            Assert.Equal(Hash(value), Hash(await _api.Read(name)));
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

    private async Task RestartWhenAsked()
    {
        while (!_end.IsCancellationRequested)
        {
            if (File.Exists(_home.At("restart")))
            {
                await _api.Restart();
                File.Delete(_home.At("restart"));
            }
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
