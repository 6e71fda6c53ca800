using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Text;

namespace EdgeKms.Cluster.Verify;

/// <summary>
/// <c>kms-providers</c>: the API server's own check of its KMS providers. The verbose page withholds the reason, the check's
/// own path tells it.
/// </summary>
internal static class KmsProvidersCheck
{
    internal const string Name = "kms-providers";

    internal static async Task<CheckLine> RunAsync(ApiClient api, Readyz readyz, CancellationToken cancellation)
    {
        if (readyz.KmsChecks.Count == 0)
        {
            return CheckLine.Failed(
                Name,
                "the API server has no such check",
                "it was started without --encryption-provider-config, or with a configuration that has no KMS provider",
                "edgekms deploy -f FILE, or edgekms encryption-config for a file to start the API server with"
            );
        }
        if (readyz.KmsChecks.FirstOrDefault(readyz.Failed.Contains) is not { } failed)
            return CheckLine.Ok(Name, "the API server reaches its KMS providers");
        var reason = await api.GetAsync($"/readyz/{failed}", cancellation, "text/plain");
        return Of(failed, reason);
    }

    private static CheckLine Of(string failed, ApiAnswer reason) =>
        reason.Succeeded
            // It recovered between the two questions.
            ? CheckLine.Failed(
                Name,
                $"{failed} failed a moment ago and is well now",
                "the KMS plugin has just come back",
                "edgekms verify again"
            )
            : CheckLine.Explained(Name, OneLine.Of(reason.Text(), 1_000), reason.Text());
}
