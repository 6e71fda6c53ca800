using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>One cluster of Kubernetes 1.20 for all its tests.</summary>
public sealed class Kubernetes120Cluster : IAsyncLifetime
{
    private const string Program = "kube-apiserver-1.20.2";

    private V1Cluster? _cluster;

    internal V1Cluster Cluster
    {
        get
        {
            Testbed.Require(Program);
            return _cluster!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Testbed.Bin is not null && File.Exists(Testbed.Program(Program)))
            _cluster = await V1Cluster.Start(ApiProgram.Kubernetes120, "edgekms");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
