namespace EdgeKms.Cluster.ApiServer;

/// <summary>What an API server serves of the resources that names of an EncryptionConfiguration stand for.</summary>
/// <param name="Resources">
/// Those that can be listed and patched, so whose objects can be stored anew; each group and resource once, in the version that
/// the API server prefers where that one serves it, else in another.
/// </param>
/// <param name="Unserved">The names that are written out (no wildcard) and that nobody serves; as they were written.</param>
/// <param name="Down">
/// Groups, or a <c>GROUP/VERSION</c> of a group that answers in another version, that don't answer. They are those of aggregated
/// API servers: this API server doesn't store their objects.
/// </param>
public sealed record DiscoveredResources(
    IReadOnlyList<ApiResource> Resources,
    IReadOnlyList<string> Unserved,
    IReadOnlyList<string> Down
)
{
    /// <summary>Resources that can be read, but not listed and patched: nothing stores their objects anew.</summary>
    public IReadOnlyList<ApiResource> Unpatchable { get; init; } = [];

    /// <param name="versions">Groups in their order, of each the versions in the order of preference.</param>
    /// <param name="names">Names of an EncryptionConfiguration.</param>
    internal static DiscoveredResources Of(
        IReadOnlyCollection<ServedVersion> versions,
        IReadOnlyCollection<string> names
    )
    {
        var (resources, unpatchable) = (new List<ApiResource>(), new List<ApiResource>());
        foreach (var served in versions.SelectMany(Named).GroupBy(s => (s.Resource.Group, s.Resource.Name)))
        {
            if (!names.Any(n => ResourceName.Covers(n, served.First().Resource)))
                continue;
            if (served.FirstOrDefault(s => s.Served.CanRewrite).Resource is { } rewritable)
                resources.Add(rewritable);
            else if (served.FirstOrDefault(s => s.Served.CanRead).Resource is { } readable)
                unpatchable.Add(readable);
        }
        var down = DownOf(versions, names);
        return new DiscoveredResources(resources, UnservedOf(versions, names), down) { Unpatchable = unpatchable };
    }

    private static IEnumerable<(ApiResource Resource, ServedResource Served)> Named(ServedVersion version) =>
        (version.Resources ?? []).Select(r =>
            (new ApiResource(version.Group, version.Version, r.Name, r.Namespaced), r)
        );

    private static List<string> DownOf(
        IReadOnlyCollection<ServedVersion> versions,
        IReadOnlyCollection<string> names
    ) =>
        [
            .. versions
                .Where(v => names.Any(n => ResourceName.IsOfGroup(n, v.Group)))
                .GroupBy(v => v.Group, StringComparer.Ordinal)
                .SelectMany(g =>
                    g.All(v => v.Resources is null)
                        ? [g.Key]
                        : g.Where(v => v.Resources is null).Select(v => $"{v.Group}/{v.Version}")
                ),
        ];

    private static List<string> UnservedOf(
        IReadOnlyCollection<ServedVersion> versions,
        IReadOnlyCollection<string> names
    ) =>
        [
            .. names
                .Where(n => !n.Contains('*', StringComparison.Ordinal))
                // What is down may serve it.
                .Where(n => !versions.Any(v => v.Resources is null && ResourceName.IsOfGroup(n, v.Group)))
                .Where(n => !versions.SelectMany(Named).Any(s => ResourceName.Covers(n, s.Resource)))
                .Distinct(StringComparer.Ordinal),
        ];
}
