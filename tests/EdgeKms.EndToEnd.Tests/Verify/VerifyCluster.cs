using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Verify;

/// <summary>A cluster of its own, since its tests stop things: etcd, API server and provider, which has another name than usual.</summary>
public sealed class VerifyCluster : IAsyncLifetime
{
    internal const string ProviderName = "site-7.kms";

    private readonly PrivateDirectory _directory = new();
    private EtcdServer? _etcd;
    private ApiServer? _api;
    private ProviderHome? _provider;

    internal EtcdServer Etcd => _etcd!;

    internal ApiServer Api => _api!;

    internal ProviderHome Provider => _provider!;

    internal string Configuration => At("last.yaml");

    internal string At(string name) => _directory.At(name);

    /// <summary>Runs <c>edgekms verify</c> with this cluster's kubeconfig, datastore and settings.</summary>
    internal Task<CommandResult> Verify(params string[] more) =>
        RunningProcess.Run(CommandProgram.Path, Arguments(Api.KubeConfig("kubeconfig"), Etcd.Url, Configuration, more));

    internal IEnumerable<string> Arguments(string kubeConfig, string etcd, string configuration, params string[] more)
    {
        string[] name = more.Contains("--provider-name") ? [] : ["--provider-name", ProviderName];
        return
        [
            "verify",
            "--kubeconfig",
            kubeConfig,
            "--etcd-endpoints",
            etcd,
            "--encryption-config",
            configuration,
            .. Provider.Settings,
            .. name,
            .. more,
        ];
    }

    /// <summary>The file of <c>edgekms encryption-config</c>.</summary>
    internal async Task<string> WriteConfiguration(string name, string identity)
    {
        string[] command = ["encryption-config", "--identity", identity, "--provider-name", ProviderName];
        var printed = await RunningProcess.Run(CommandProgram.Path, [.. command, .. Provider.Settings]);
        Assert.True(printed.Exit == 0, printed.ToString());
        await File.WriteAllTextAsync(At(name), printed.Output);
        return At(name);
    }

    /// <summary>Names of the probes that are stored.</summary>
    internal async Task<IEnumerable<string>> Probes() =>
        (await Etcd.List("/registry/secrets/")).Keys.Where(k =>
            k.Contains("edgekms-verify-", StringComparison.Ordinal)
        );

    public async ValueTask InitializeAsync()
    {
        if (Testbed.Bin is null)
            return; // each test says so
        _provider = await ProviderHome.Serving();
        _etcd = await EtcdServer.Start(At("etcd"));
        _api = new ApiServer(_directory.Path, _etcd.Url, await WriteConfiguration("last.yaml", "last"));
        _api.Start();
        await _api.Ready();
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
            await _api.DisposeAsync();
        if (_etcd is not null)
            await _etcd.DisposeAsync();
        if (_provider is not null)
            await _provider.DisposeAsync();
        _directory.Dispose();
    }
}
