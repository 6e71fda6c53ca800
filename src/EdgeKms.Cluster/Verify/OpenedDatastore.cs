using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Verify;

/// <summary>The datastore of one run: opened by the first check that needs it, once.</summary>
/// <param name="open">Opens it; null where none is found.</param>
internal sealed class OpenedDatastore(Func<CancellationToken, Task<IDatastore?>> open) : IDisposable
{
    internal const string Unreachable =
        "the datastore can't be reached: name it with --etcd-endpoints or --sqlite, or use sudo";

    private IDatastore? _datastore;
    private CommandException? _failure;
    private bool _isAsked;

    /// <summary>Null where none is found.</summary>
    /// <exception cref="CommandException">It was named or found, and can't be opened all the same.</exception>
    internal async Task<IDatastore?> OpenAsync(CancellationToken cancellation)
    {
        if (_failure is not null)
            throw _failure;
        if (_isAsked)
            return _datastore;
        try
        {
            _datastore = await open(cancellation);
            _isAsked = true;
            return _datastore;
        }
        catch (CommandException e)
        {
            _failure = e;
            throw;
        }
    }

    public void Dispose() => _datastore?.Dispose();
}
