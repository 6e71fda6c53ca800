using EdgeKms.Cluster.ControlPlane.Certificates;

namespace EdgeKms.Cluster.ControlPlane.Readiness;

/// <summary>
/// The API server: <c>/readyz</c> as the administrator. Its lines are <c>[+]NAME ok</c> and <c>[-]NAME failed: …</c>
/// (k8s.io/apiserver, healthz).
/// </summary>
internal sealed class ApiServerReadiness(LocalState state, Ports ports) : IReadiness
{
    private readonly LoopbackClient _client = new(state, "ca", CertificateKind.Admin);

    public async Task<IReadOnlyList<string>> FailingAsync(CancellationToken stop)
    {
        var (code, text) = await _client.GetAsync(ports.ApiUrl + "/readyz?verbose=1", stop);
        return code switch
        {
            200 => [],
            0 => [$"{text} ({ports.ApiUrl})"],
            _ => Failing(code, text),
        };
    }

    internal static IReadOnlyList<string> Failing(int code, string text)
    {
        var lines = text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith("[-]", StringComparison.Ordinal));
        return lines.ToList() is { Count: > 0 } failing ? failing : [$"/readyz answers {code}"];
    }
}
