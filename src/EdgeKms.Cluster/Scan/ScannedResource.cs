using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Scan;

/// <summary>A resource whose objects are counted, and where the datastore has them.</summary>
/// <param name="Name">As an EncryptionConfiguration names it.</param>
/// <param name="Prefixes">Of its keys, each with a final slash.</param>
public sealed record ScannedResource(string Name, IReadOnlyList<string> Prefixes)
{
    /// <param name="resource">As the API server serves it.</param>
    /// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
    /// <param name="space">Of this namespace alone; null for all.</param>
    public static ScannedResource Of(ApiResource resource, string root, string? space = null) =>
        new(
            resource.QualifiedName,
            [.. StorageKeys.Of(resource, root).Select(p => space is null ? p : $"{p}{space}/")]
        );

    /// <param name="name">No wildcard.</param>
    /// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
    public static ScannedResource Of(string name, string root) => new(name, StorageKeys.Of(name, root));
}
