using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Text;
using EdgeKms.Cluster.Writers;

namespace EdgeKms.Cluster.Verify;

/// <summary>
/// <c>kms-providers</c>: the API server's own check of its KMS providers. The verbose page withholds the reason, the check's
/// own path tells it.
/// </summary>
internal static class KmsProvidersCheck
{
    internal const string Name = "kms-providers";

    /// <param name="api">The API server.</param>
    /// <param name="readyz">Its own checks.</param>
    /// <param name="file">Its configuration; null where it isn't known.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<CheckLine> RunAsync(
        ApiClient api,
        Readyz readyz,
        string? file,
        CancellationToken cancellation
    )
    {
        if (readyz.KmsChecks.Count == 0)
        {
            return CheckLine.Failed(
                Name,
                "the API server has no such check",
                "it was started without --encryption-provider-config, or with a configuration that has no KMS provider",
                $"{MigrateCommandLine.ToKms(file)}; where kube-apiserver has no such flag yet: edgekms deploy -f CONFIG"
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
