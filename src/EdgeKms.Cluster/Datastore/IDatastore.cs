namespace EdgeKms.Cluster.Datastore;

/// <summary>Where the API server stores its objects, read past it. Nothing is ever written.</summary>
public interface IDatastore : IDisposable
{
    /// <summary>What it is and where, for people.</summary>
    string Name { get; }

    /// <summary>The newest value of one key; null where there is none.</summary>
    /// <exception cref="Contract.Failures.CommandException">Exit code 11: it can't be reached; 9, 8, 1: it can't be read.</exception>
    Task<StoredObject?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>True where the newest value of a key has some bytes in it; false where it has not, or there is none.</summary>
    /// <exception cref="Contract.Failures.CommandException">As <see cref="GetAsync"/>.</exception>
    Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> text, CancellationToken cancellation);

    /// <summary>
    /// Every key that begins with a prefix, with the newest value that it had when the list began, in the order of the keys: each
    /// once, none that was created since. An etcd that is compacted meanwhile ends it with exit code 1. Of kine's table a value that was
    /// replaced and compacted away meanwhile is listed as it is now, and a key that was deleted and compacted away is left out. A few
    /// are in memory at a time, and no writer waits for it.
    /// </summary>
    /// <exception cref="Contract.Failures.CommandException">As <see cref="GetAsync"/>.</exception>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>How many <see cref="ListAsync"/> would list now.</summary>
    /// <exception cref="Contract.Failures.CommandException">As <see cref="GetAsync"/>.</exception>
    Task<long> CountAsync(string prefix, CancellationToken cancellation);

    /// <summary>How far back it remembers.</summary>
    /// <exception cref="Contract.Failures.CommandException">As <see cref="GetAsync"/>.</exception>
    Task<StoredHistory> HistoryAsync(CancellationToken cancellation);

    /// <summary>
    /// Older values that it still keeps, of keys that begin with a prefix: what was replaced, what was deleted. None where
    /// <see cref="StoredHistory.IsListed"/> is false.
    /// </summary>
    /// <exception cref="Contract.Failures.CommandException">As <see cref="GetAsync"/>.</exception>
    IAsyncEnumerable<StoredObject> ListLeftoversAsync(string prefix, CancellationToken cancellation);

    /// <summary>
    /// The value before, which kine keeps beside each object's own (<c>old_value</c>), of keys that begin with a prefix; objects
    /// without one are left out. Compaction doesn't remove it, the next write of the object does. None where the datastore keeps no
    /// such value, or doesn't show it (etcd, and kine behind its socket).
    /// </summary>
    /// <exception cref="Contract.Failures.CommandException">As <see cref="GetAsync"/>.</exception>
    IAsyncEnumerable<StoredObject> ListBesideAsync(string prefix, CancellationToken cancellation);
}
