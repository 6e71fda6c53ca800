namespace EdgeKms.Cluster.Datastore;

/// <summary>Where the API server stores its objects, read past it. Nothing is ever written.</summary>
public interface IDatastore : IDisposable
{
    /// <summary>What it is and where, for people.</summary>
    string Name { get; }

    /// <summary>The newest value of one key; null where there is none.</summary>
    /// <exception cref="Contract.Failures.CommandException">Exit code 11: it can't be reached; 9, 8, 1: it can't be read.</exception>
    Task<StoredObject?> GetAsync(string key, CancellationToken cancellation);

    /// <summary>
    /// Every key that begins with a prefix, with the newest value that it had at one moment, in the order of the keys. A few
    /// are in memory at a time.
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
}
