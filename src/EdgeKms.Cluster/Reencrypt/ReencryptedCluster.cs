using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>The cluster whose objects are stored anew, and which of them.</summary>
/// <param name="Api">Its API server.</param>
/// <param name="Datastore">Its datastore; null where it can't be reached.</param>
/// <param name="Prefix">The API server's <c>--etcd-prefix</c>.</param>
/// <param name="Key">The key that everything shall be under.</param>
/// <param name="Resources">Which objects.</param>
/// <param name="Namespace">Of this namespace alone; null for all.</param>
public sealed record ReencryptedCluster(
    ApiClient Api,
    IDatastore? Datastore,
    string Prefix,
    ActiveKey Key,
    IReadOnlyList<ApiResource> Resources,
    string? Namespace
);
