using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Scan;

/// <summary>Which objects are counted.</summary>
/// <param name="Root">The API server's <c>--etcd-prefix</c>, such as <c>/registry</c>.</param>
/// <param name="Kind">As <see cref="Contract.Scan.ScanReport"/> names it.</param>
/// <param name="Covered">Resources that have to be encrypted: an object of them in the clear is a finding.</param>
/// <param name="Everything">True where every object below the root is counted, the others by themselves.</param>
/// <param name="Gap">Why objects under a key of the provider may be left out; null where none are.</param>
public sealed record ScanScope(
    string Root,
    string Kind,
    IReadOnlyList<ScannedResource> Covered,
    bool Everything,
    string? Gap
)
{
    /// <summary>The resources that a rewrite went through.</summary>
    /// <param name="resources">As the API server serves them.</param>
    /// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
    /// <param name="space">Of this namespace alone; null for all.</param>
    public static ScanScope Of(IEnumerable<ApiResource> resources, string root, string? space = null) =>
        new(
            root,
            "configuration",
            [.. resources.Select(r => ScannedResource.Of(r, root, space))],
            Everything: false,
            Gap: space is null ? null : $"only namespace {space} was counted"
        );
}
