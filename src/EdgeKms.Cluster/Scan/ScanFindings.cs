using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Scan;

/// <summary>What one run has read.</summary>
/// <param name="Started">UTC.</param>
/// <param name="Datastore">Its name.</param>
/// <param name="Objects">Sums of the objects.</param>
/// <param name="Leftovers">Sums of the older values.</param>
/// <param name="History">How far back the datastore remembers.</param>
/// <param name="WrittenSince">Objects that were written after the last compaction.</param>
internal sealed record ScanFindings(
    DateTime Started,
    string Datastore,
    ScanTally Objects,
    ScanTally Leftovers,
    StoredHistory History,
    long WrittenSince
);
