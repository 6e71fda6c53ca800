using EdgeKms.Cluster.ControlPlane.Certificates;

namespace EdgeKms.Cluster.ControlPlane.Readiness;

/// <summary>etcd: <c>/health</c> with the API server's client certificate; it is healthy once it has a leader.</summary>
internal sealed class EtcdReadiness(LocalState state, Ports ports) : IReadiness
{
    private readonly LoopbackClient _client = new(state, "etcd-ca", CertificateKind.EtcdClient);

    public async Task<IReadOnlyList<string>> FailingAsync(CancellationToken stop)
    {
        var (code, text) = await _client.GetAsync(ports.EtcdUrl + "/health", stop);
        return code switch
        {
            200 => [],
            0 => [$"{text} ({ports.EtcdUrl})"],
            _ => [$"/health answers {code}: {text.Trim()}"],
        };
    }
}
