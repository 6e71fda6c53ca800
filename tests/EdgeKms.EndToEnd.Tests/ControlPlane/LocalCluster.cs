using System.Globalization;
using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.ControlPlane;

/// <summary>A state directory of <c>edgekms up</c> with a key ring, and the programs that work on it.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private LocalCluster(ProviderHome home) => Home = home;

    internal ProviderHome Home { get; }

    internal string State => Home.At("local");

    /// <summary>The <c>edgekms up</c> that was started last.</summary>
    internal RunningProcess? Up { get; private set; }

    /// <summary>A machine with a key ring; nothing runs.</summary>
    internal static async Task<LocalCluster> Create()
    {
        Testbed.Require();
        return new LocalCluster(await ProviderHome.Create());
    }

    /// <summary>A machine where <c>edgekms up</c> is ready.</summary>
    internal static async Task<LocalCluster> Running()
    {
        var cluster = await Create();
        try
        {
            cluster.Start();
            await cluster.Ready();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    internal IReadOnlyList<string> Arguments(params IEnumerable<string> more) =>
        [
            "up",
            "--state",
            State,
            "--bin-dir",
            Testbed.Bin!,
            "--api-port=0",
            "--etcd-port=0",
            "--etcd-peer-port=0",
            "--encryption-config",
            Encryption(),
            .. Home.Settings,
            .. more,
        ];

    internal void Start(params IEnumerable<string> more) =>
        Up = RunningProcess.Start(CommandProgram.Path, Arguments(more));

    internal Task<CommandResult> Run(params IEnumerable<string> more) =>
        RunningProcess.Run(CommandProgram.Path, Arguments(more));

    internal async Task Ready()
    {
        var up = Up!;
        await Eventually.Holds(
            "edgekms up is ready",
            () =>
                up.HasEnded
                    ? throw new InvalidOperationException($"edgekms up ended: {up.Output}{up.Error}")
                    : up.Output.Contains("ready: export KUBECONFIG=", StringComparison.Ordinal)
        );
    }

    internal async Task<int> Stop(int signal)
    {
        Up!.Send(signal);
        return await Up.Ended();
    }

    internal Task<CommandResult> Kubectl(params IEnumerable<string> arguments) =>
        RunningProcess.Run(
            Testbed.Program("kubectl"),
            ["--kubeconfig", Path.Combine(State, "kubeconfig"), "--request-timeout=5m", .. arguments]
        );

    internal async Task CreateSecret(string name, string value)
    {
        var result = await Kubectl("create", "secret", "generic", name, $"--from-literal=value={value}");
        Assert.True(result.Exit == 0, result.ToString());
    }

    internal async Task<string> ReadSecret(string name)
    {
        var result = await Kubectl("get", "secret", name, "-o", "go-template={{.data.value | base64decode}}");
        Assert.True(result.Exit == 0, result.ToString());
        return result.Output.Trim();
    }

    /// <summary>The stored value of a key, as etcdctl gets it over TLS.</summary>
    internal async Task<byte[]> Stored(string key)
    {
        using var endpoints = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(State, "endpoints.json")));
        var result = await RunningProcess.Run(
            Testbed.Program("etcdctl"),
            [
                "--endpoints",
                endpoints.RootElement.GetProperty("etcd").GetString()!,
                "--cacert",
                Path.Combine(State, "pki", "etcd-ca.crt"),
                "--cert",
                Path.Combine(State, "pki", "etcd-client.crt"),
                "--key",
                Path.Combine(State, "pki", "etcd-client.key"),
                "get",
                key,
                "-w",
                "json",
            ]
        );
        Assert.True(result.Exit == 0, result.ToString());
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.GetProperty("kvs")[0].GetProperty("value").GetBytesFromBase64();
    }

    /// <summary>Process id of a child, from its record.</summary>
    internal int Pid(string child) =>
        int.Parse(
            File.ReadAllText(Path.Combine(State, "run", child + ".pid")).Split(' ')[0],
            CultureInfo.InvariantCulture
        );

    /// <summary>Every process whose command line names this machine's directory.</summary>
    internal IReadOnlyList<string> Processes() => CommandLines.With(Home.At());

    public async ValueTask DisposeAsync()
    {
        if (Up is { HasEnded: false })
        {
            Up.Send(Signal.Terminate);
            await Up.Ended();
        }
        if (Up is not null)
            await Up.DisposeAsync();
        // Of a test that failed: left running it would hide what the test said behind "no process is left".
        if (Home.Daemon is { HasEnded: false })
            await Home.Kill();
        try
        {
            await Eventually.Holds("no process is left", () => Processes().Count == 0);
        }
        finally
        {
            foreach (var left in Processes())
                Signal.Send(int.Parse(left.Split(' ')[0], CultureInfo.InvariantCulture), Signal.Kill);
            await Home.DisposeAsync();
        }
    }

    /// <summary>Named, so that a machine with a deployed one is tested all the same.</summary>
    private string Encryption()
    {
        var file = Home.At("encryption.yaml");
        File.WriteAllText(
            file,
            $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [secrets]
                providers:
                  - kms: { apiVersion: v2, name: edgekms, endpoint: "unix://{{Home.KmsSocket}}", timeout: 3s }
                  - identity: {}
            """
        );
        return file;
    }
}
