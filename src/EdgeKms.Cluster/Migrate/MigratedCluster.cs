using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.InForce;

namespace EdgeKms.Cluster.Migrate;

/// <summary>The cluster that is migrated.</summary>
/// <param name="Api">Its API server.</param>
/// <param name="InForce">Waits for a configuration.</param>
/// <param name="Datastore">Its datastore; null where it can't be reached.</param>
/// <param name="Prefix">The API server's <c>--etcd-prefix</c>.</param>
/// <param name="Restart">Restarts the API server; null waits for its own reload.</param>
/// <param name="Time">For dates.</param>
public sealed record MigratedCluster(
    ApiClient Api,
    ConfigurationInForce InForce,
    IDatastore? Datastore,
    string Prefix,
    Func<CancellationToken, Task>? Restart,
    TimeProvider Time
);
