namespace EdgeKms.Cluster.Datastore;

/// <summary>What keeps the objects: it decides what removes their older values.</summary>
public enum DatastoreKind
{
    /// <summary>A running etcd: compaction, then defrag.</summary>
    Etcd,

    /// <summary>kine's table in SQLite: compaction, then VACUUM.</summary>
    Sqlite,

    /// <summary>A file: nothing does, but deleting it.</summary>
    Snapshot,
}
