using System.Text.Json;
using EdgeKms.Contract.Scan;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Scan;

/// <summary>A cluster whose objects are counted: etcd, API server and provider, all real.</summary>
internal sealed class ScanCluster : IAsyncDisposable
{
    private ScanCluster(ProviderHome home, EtcdServer etcd, ApiServer api) => (Home, Etcd, Api) = (home, etcd, api);

    internal ProviderHome Home { get; }

    internal EtcdServer Etcd { get; }

    internal ApiServer Api { get; }

    private string Configuration => Home.At("encryption.yaml");

    /// <param name="resources">Under <c>resources</c> of the only entry.</param>
    internal static async Task<ScanCluster> Start(string resources = "secrets")
    {
        Testbed.Require();
        var home = await ProviderHome.Serving();
        var etcd = await EtcdServer.Start(home.At("etcd"));
        var config = home.At("encryption.yaml");
        await File.WriteAllTextAsync(
            config,
            $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [{{resources}}]
                providers:
                  - kms: { apiVersion: v2, name: edgekms, endpoint: "unix://{{home.KmsSocket}}", timeout: 3s }
                  - identity: {}
            """
        );
        var api = new ApiServer(home.At(), etcd.Url, config);
        api.Start();
        await api.Ready();
        return new ScanCluster(home, etcd, api);
    }

    /// <summary>Makes another key active and has the API server take it, which it would do within a minute.</summary>
    internal async Task Rotate()
    {
        await Home.Rotate();
        await Api.Restart();
    }

    internal Task<CommandResult> ScanEtcd(params string[] more) => Scan(["--etcd-endpoints", Etcd.Url, .. more]);

    /// <summary>Without a kubeconfig of this machine.</summary>
    internal Task<CommandResult> Scan(params string[] more) =>
        RunningProcess.Run(
            CommandProgram.Path,
            ["scan", "--encryption-config", Configuration, .. Home.Settings, .. more],
            [new("KUBECONFIG", Home.At("none")), new("HOME", Home.At())]
        );

    internal async Task<string> Snapshot(string name)
    {
        string[] command = [$"--endpoints={Etcd.Url}", "snapshot", "save", Home.At(name)];
        var saved = await RunningProcess.Run(Testbed.Program("etcdctl"), command);
        Assert.True(saved.Exit == 0, saved.ToString());
        return Home.At(name);
    }

    internal static ScanReport Report(CommandResult result) =>
        JsonSerializer.Deserialize(result.Output, ScanJson.Default.ScanReport)!;

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Etcd.DisposeAsync();
        await Home.DisposeAsync();
    }
}
