using System.Net;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

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
        if (Testbed.Bin is null || !File.Exists(Testbed.Program(Program)))
            return;
        _cluster = await V1Cluster.Start(ApiProgram.Kubernetes120, "edgekms");
        // A whole API server makes it in the background, also after it is ready, and refuses a Secret before.
        await Eventually.Holds(
            "the namespace default is there",
            async () => await _cluster.Api.Try("/api/v1/namespaces/default") == HttpStatusCode.OK
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }
}
