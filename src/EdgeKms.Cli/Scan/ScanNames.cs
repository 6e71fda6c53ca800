using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cli.Scan;

/// <summary>Which resources a scan is asked for, before wildcards are resolved.</summary>
/// <param name="Kind"><c>configuration</c>, <c>resources</c>, <c>secrets</c> or <c>all</c>.</param>
/// <param name="Names">Names and wildcards that have to be encrypted.</param>
/// <param name="InTheClear">Names that no wildcard covers.</param>
/// <param name="Gap">What is left out; null where nothing is.</param>
internal sealed record ScanNames(
    string Kind,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> InTheClear,
    string? Gap
)
{
    /// <summary>The names of the command line, else those of the configuration, else Secrets.</summary>
    /// <param name="named"><c>--resource</c>.</param>
    /// <param name="all"><c>--all</c>.</param>
    /// <param name="configuration">The EncryptionConfiguration; null where there is none.</param>
    internal static ScanNames Of(IReadOnlyList<string> named, bool all, string? configuration)
    {
        if (named.Count > 0)
            return new ScanNames("resources", named, [], "only the resources that were named were counted");
        if (configuration is not null)
        {
            var file = ConfiguredResources.Read(configuration);
            return new ScanNames(all ? "all" : "configuration", file.Encrypted, file.InTheClear, null);
        }
        return all
            ? new ScanNames("all", ["secrets"], [], null)
            : new ScanNames(
                "secrets",
                ["secrets"],
                [],
                "no EncryptionConfiguration was found, so nothing but Secrets was counted"
            );
    }
}
