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
}
