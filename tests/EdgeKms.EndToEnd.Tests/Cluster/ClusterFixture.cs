using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Cluster;

/// <summary>One cluster for all tests that need one: etcd, API server and provider, all real.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private readonly PrivateDirectory _directory = new();
    private EtcdServer? _etcd;
    private ApiServer? _api;
    private ProviderHome? _provider;

    internal EtcdServer Etcd
    {
        get
        {
            Testbed.Require();
            return _etcd!;
        }
    }

    internal ApiServer Api
    {
        get
        {
            Testbed.Require();
            return _api!;
        }
    }

    internal ProviderHome Provider
    {
        get
        {
            Testbed.Require();
            return _provider!;
        }
    }

    internal async Task<StoredSecret> Stored(string name) =>
        StoredSecret.Parse((await Etcd.Get($"/registry/secrets/default/{name}"))!);

    /// <summary>Every Secret of the cluster as etcd holds it.</summary>
    internal async Task<IReadOnlyList<StoredSecret>> AllStored() =>
        [.. (await Etcd.List("/registry/secrets/")).Values.Select(StoredSecret.Parse)];

    public async ValueTask InitializeAsync()
    {
        if (Testbed.Bin is null)
            return; // each test says so
        _provider = await ProviderHome.Serving();
        var encryption = _directory.At("encryption.yaml");
        await File.WriteAllTextAsync(encryption, Configuration(_provider.KmsSocket));
        _etcd = await EtcdServer.Start(_directory.At("etcd"));
        _api = new ApiServer(_directory.Path, _etcd.Url, encryption);
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

    internal static string Configuration(string socket) =>
        $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [secrets]
                providers:
                  - kms: { apiVersion: v2, name: edgekms, endpoint: "unix://{{socket}}", timeout: 3s }
                  - identity: {}
            """;
}
