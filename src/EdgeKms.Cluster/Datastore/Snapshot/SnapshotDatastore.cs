using System.Runtime.CompilerServices;
using System.Text;
using EdgeKms.Contract.Failures;
using Microsoft.Win32.SafeHandles;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>
/// A file of <c>etcdctl snapshot save</c>: etcd's bbolt database with every revision that was not compacted, and a SHA-256. Of each key
/// its revision and form are in memory, no values.
/// </summary>
public sealed class SnapshotDatastore : IDatastore
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly BoltFile _file;
    private readonly bool _hasHash;
    private (string Prefix, SortedDictionary<string, StoredObject> Live)? _read;

    /// <exception cref="CommandException">Exit code 2: there is no such file, or it is no snapshot; 9: not for this user; 8: it is damaged.</exception>
    public SnapshotDatastore(string path, CancellationToken cancellation)
    {
        _path = path;
        _handle = SnapshotBytes.Open(path);
        try
        {
            (var length, _hasHash) = SnapshotHash.Verify(_handle, path, cancellation);
            _file = new BoltFile(_handle, path, length);
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    public string Name => $"snapshot {_path}";

    public Task<StoredObject?> GetAsync(string key, CancellationToken cancellation) =>
        Task.FromResult<StoredObject?>(Live(key, cancellation).TryGetValue(key, out var found) ? found : null);

    /// <summary>Reads the file once more, since values are not kept.</summary>
    public Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> text, CancellationToken cancellation)
    {
        if (!Live(key, cancellation).TryGetValue(key, out var newest))
            return Task.FromResult(false);
        using var records = Records();
        while (records.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var revision = Revision(records);
            if (
                revision.Main == newest.Revision
                && !revision.IsTombstone
                && SnapshotRecord.TryParse(records.Value, out var record)
                && record.Key.SequenceEqual(Encoding.UTF8.GetBytes(key))
            )
                return Task.FromResult(record.Value.IndexOf(text.Span) >= 0);
        }
        return Task.FromResult(false);
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) =>
        Live(prefix, cancellation).Values.ToAsyncEnumerable();

    public Task<long> CountAsync(string prefix, CancellationToken cancellation) =>
        Task.FromResult((long)Live(prefix, cancellation).Count);

    public Task<StoredHistory> HistoryAsync(CancellationToken cancellation)
    {
        var newest = 0L;
        using (var records = Records())
        {
            while (records.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                newest = Revision(records).Main;
            }
        }
        return Task.FromResult(
            new StoredHistory(
                DatastoreKind.Snapshot,
                newest,
                Compacted(),
                _hasHash ? null : "it has no SHA-256 at its end, so nothing says that it is whole"
            )
        );
    }

    /// <summary>Every value that another one of its key follows, or its deletion.</summary>
    public async IAsyncEnumerable<StoredObject> ListLeftoversAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var live = Live(prefix, cancellation);
        using var records = Records();
        foreach (var (stored, isTombstone) in Read(records, prefix, cancellation))
        {
            if (!isTombstone && (!live.TryGetValue(stored.Key, out var newest) || newest.Revision != stored.Revision))
                yield return stored;
        }
        await Task.CompletedTask;
    }

    /// <summary>None: etcd keeps a key's values apart.</summary>
    public IAsyncEnumerable<StoredObject> ListBesideAsync(string prefix, CancellationToken cancellation) =>
        AsyncEnumerable.Empty<StoredObject>();

    public void Dispose() => _handle.Dispose();

    private SortedDictionary<string, StoredObject> Live(string prefix, CancellationToken cancellation)
    {
        if (_read is { } read && read.Prefix == prefix)
            return read.Live;
        _read = null;
        var live = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        using var records = Records();
        // In the order of the revisions, so the last one of a key is its newest.
        foreach (var (stored, isTombstone) in Read(records, prefix, cancellation))
        {
            if (isTombstone)
                live.Remove(stored.Key);
            else
                live[stored.Key] = stored;
        }
        _read = (prefix, live);
        return live;
    }

    private IEnumerable<(StoredObject Stored, bool IsTombstone)> Read(
        BoltCursor records,
        string prefix,
        CancellationToken cancellation
    )
    {
        var start = Encoding.UTF8.GetBytes(prefix);
        var forms = new StoredForms();
        while (records.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            if (Of(records, start, forms) is { } found)
                yield return found;
        }
    }

    /// <summary>Null where it is of another key.</summary>
    private (StoredObject Stored, bool IsTombstone)? Of(BoltCursor records, byte[] prefix, StoredForms forms)
    {
        var revision = Revision(records);
        if (
            !SnapshotRecord.TryParse(records.Value, out var record)
            || (!revision.IsTombstone && record.ModRevision != revision.Main)
        )
            throw _file.Damaged($"revision {revision.Main} has no whole key and value");
        if (!record.Key.StartsWith(prefix))
            return null;
        var stored = new StoredObject(Encoding.UTF8.GetString(record.Key), forms.Of(record.Value), revision.Main);
        return (stored, revision.IsTombstone);
    }

    private SnapshotRevision Revision(BoltCursor records) =>
        SnapshotRevision.Parse(records.Key) ?? throw _file.Damaged("a revision is none");

    /// <summary>etcd notes there how far it was told to compact; the rest of the values may go a moment later.</summary>
    private long Compacted()
    {
        using var root = _file.Root();
        using var meta = root.Bucket("meta"u8);
        while (meta?.MoveNext() == true)
        {
            if (meta.Key.SequenceEqual("finishedCompactRev"u8))
                return SnapshotRevision.Parse(meta.Value)?.Main ?? 0;
        }
        return 0;
    }

    private BoltCursor Records()
    {
        using var root = _file.Root();
        return root.Bucket("key"u8) ?? throw _file.Damaged("it has no bucket of etcd's keys");
    }
}
