namespace EdgeKms.Cluster.Datastore;

/// <param name="Key">The API server's key, such as <c>/registry/secrets/default/db</c>, without the datastore's own prefix.</param>
/// <param name="Value">What can be said of the value.</param>
/// <param name="Revision">etcd's modification revision or kine's row number: higher is newer.</param>
public readonly record struct StoredObject(string Key, StoredValue Value, long Revision);
