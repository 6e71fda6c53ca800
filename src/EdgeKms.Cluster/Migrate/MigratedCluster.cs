using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Migrate;

/// <summary>The cluster that is migrated.</summary>
/// <param name="Api">Its API server.</param>
/// <param name="Datastore">Its datastore; null where it can't be reached.</param>
/// <param name="Prefix">The API server's <c>--etcd-prefix</c>, where it was named; null finds it.</param>
/// <param name="Restart">Restarts the API server; null waits for its own reload.</param>
/// <param name="Patience">How long the API server may take for a configuration.</param>
/// <param name="Time">For dates and waits.</param>
public sealed record MigratedCluster(
    ApiClient Api,
    IDatastore? Datastore,
    string? Prefix,
    Func<CancellationToken, Task>? Restart,
    TimeSpan Patience,
    TimeProvider Time
)
{
    /// <summary>The API server's process on this machine, where it is found.</summary>
    public ApiServerSearch? Search { get; init; }

    internal ApiServerProcess? Process => (Search as ApiServerSearch.Found)?.Process;

    /// <summary>Where edgekmsd listens, which the API server has to reach; null for a goal without it.</summary>
    public string? KmsSocket { get; init; }

    /// <summary>
    /// Ids of the keys that edgekmsd has, so that a provider is led to another socket only where its objects are this ring's;
    /// null where they aren't known.
    /// </summary>
    public Func<CancellationToken, Task<IReadOnlyCollection<string>?>>? KnownKeys { get; init; }
}

/// <summary>How far a migration came.</summary>
/// <param name="Route">What was left of the way at the end of the run.</param>
/// <param name="Left">Providers that were left, or are to be.</param>
/// <param name="Resources">Names of the entries that changed.</param>
/// <param name="Rewritten">Objects that were stored anew by this run.</param>
/// <param name="Objects">Objects in the datastore at the last look; null where it was not asked.</param>
/// <param name="IsFinished">False where the old provider is still readable, for want of a proof.</param>
public sealed record MigrationResult(
    MigrationRoute Route,
    IReadOnlyList<ConfiguredProvider> Left,
    IReadOnlyList<string> Resources,
    int Rewritten,
    long? Objects,
    bool IsFinished
)
{
    /// <summary>True where the file was as it should be at the beginning.</summary>
    public bool WasDone { get; init; }
}
