namespace EdgeKms.Cluster.Datastore;

/// <summary>How far back a datastore remembers.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Revision">Its newest revision.</param>
/// <param name="CompactedRevision">What was replaced or deleted before it is gone; 0 where nothing was compacted.</param>
/// <param name="Doubt">Why what is read may not be what was stored, in words; null where nothing speaks for it.</param>
public sealed record StoredHistory(DatastoreKind Kind, long Revision, long CompactedRevision, string? Doubt)
{
    /// <summary>False for etcd, which does not list what it keeps of the past.</summary>
    public bool IsListed => Kind != DatastoreKind.Etcd;
}
