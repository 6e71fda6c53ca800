using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>automatic-reload</c>: the API server sees a changed encryption configuration without a restart.</summary>
internal static class AutomaticReloadCheck
{
    internal const string Name = "automatic-reload";

    private const string Hook = Readyz.AutomaticReload;

    /// <param name="readyz">What it says of itself.</param>
    /// <param name="version">The flag came with Kubernetes 1.26.</param>
    internal static CheckLine Of(Readyz readyz, ApiVersion version) =>
        version.IsBefore(1, 26)
            ? CheckLine.Skipped(
                Name,
                $"Kubernetes {version.GitVersion} can't; it takes a changed configuration by a restart"
            )
        : !readyz.Has(Hook)
            ? CheckLine.Failed(
                Name,
                "the API server doesn't watch its encryption configuration",
                "it was started without --encryption-provider-config-automatic-reload=true",
                "add that flag to the API server and restart it"
            )
        : readyz.Failed.Contains(Hook, StringComparer.Ordinal)
            ? CheckLine.Failed(
                Name,
                $"{Hook} failed",
                "the API server has not loaded its encryption configuration yet, or can't",
                "edgekms verify again; the log of the API server says why"
            )
        : CheckLine.Ok(Name, "the API server watches its encryption configuration");
}
