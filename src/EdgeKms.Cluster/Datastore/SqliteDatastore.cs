using EdgeKms.Contract.Failures;
using Microsoft.Data.Sqlite;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// kine's SQLite file, k3s's datastore: one table, a row for each change of a key. A key's newest row is its value, or says
/// that it was deleted. Read beside the k3s that writes (write-ahead log), in pages whose statements end before the caller gets
/// their objects: neither waits for the other, however long the caller takes.
/// </summary>
public sealed class SqliteDatastore : IDatastore
{
    /// <summary>Rows of a page: a millisecond or some, and what is known of them is small.</summary>
    private const int PageOfRows = 500;

    // A row that a newer row of the same name follows is history.
    private const string HasLater =
        "EXISTS (SELECT 1 FROM kine AS later WHERE later.name = kine.name AND later.id > kine.id)";

    /// <summary>
    /// The newest row of each name that was there when the list began, so one moment. Where kine has compacted that row away
    /// meanwhile, the name's newest row, if its object was created before (kine writes the revision of the creation to each later row).
    /// </summary>
    private const string Current = """
        SELECT page.name, page.id, CASE WHEN kine.deleted = 0 THEN kine.value END, COALESCE(kine.deleted, 1) = 0
        FROM (
          SELECT kine.name AS name, COALESCE(
            MAX(CASE WHEN kine.id <= $top THEN kine.id END),
            (SELECT MAX(later.id) FROM kine AS later
              WHERE later.name = kine.name AND later.create_revision BETWEEN 1 AND $top)
          ) AS id
          FROM kine WHERE (kine.name, kine.id) > ($after, $id) AND kine.name < $to
          GROUP BY kine.name ORDER BY kine.name LIMIT $limit
        ) AS page LEFT JOIN kine ON kine.id = page.id
        """;

    /// <summary>Rows in the order of the index: what is not wanted moves the page on, so that no statement looks for long.</summary>
    private const string Ordered = """
        FROM (
          SELECT kine.name AS name, kine.id AS id FROM kine WHERE (kine.name, kine.id) > ($after, $id) AND kine.name < $to
          ORDER BY kine.name, kine.id LIMIT $limit
        ) AS page LEFT JOIN kine ON kine.id = page.id
        """;

    private const string IsHistory = $"(kine.deleted <> 0 OR {HasLater})";
    private const string History =
        $"SELECT page.name, page.id, CASE WHEN {IsHistory} THEN kine.value END, {IsHistory} {Ordered}";

    private const string HasBefore = "COALESCE(LENGTH(kine.old_value), 0) > 0";
    private const string Before = $"SELECT page.name, page.id, kine.old_value, {HasBefore} {Ordered}";

    private const string IsBeside = $"({HasBefore} AND kine.deleted = 0 AND NOT {HasLater})";
    private const string Beside =
        $"SELECT page.name, page.id, CASE WHEN {IsBeside} THEN kine.old_value END, {IsBeside} {Ordered}";

    private const string Newest =
        $"SELECT kine.name, kine.id, kine.value FROM kine WHERE kine.name = $key AND NOT {HasLater} AND kine.deleted = 0";

    private readonly SqliteFile _file;

    /// <exception cref="CommandException">Exit code 2: there is no such file; 9 or 8: it can't be opened.</exception>
    public SqliteDatastore(string file) => _file = new SqliteFile(file);

    public string Name => $"SQLite file {_file.Path}";

    public Task<StoredObject?> GetAsync(string key, CancellationToken cancellation) =>
        Task.FromResult(_file.Rows(Newest, r => (StoredObject?)Stored(r), ("$key", key)).FirstOrDefault());

    public Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> text, CancellationToken cancellation) =>
        Task.FromResult(
            _file.Rows(Newest, r => Value(r).AsSpan().IndexOf(text.Span) >= 0, ("$key", key)).Contains(true)
        );

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) =>
        Pages(Current, prefix, cancellation).ToAsyncEnumerable();

    public Task<long> CountAsync(string prefix, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(
            Number(
                "SELECT COUNT(*) FROM kine WHERE kine.name >= $from AND kine.name < $to "
                    + $"AND kine.deleted = 0 AND NOT {HasLater}",
                ("$from", prefix),
                ("$to", EndOf(prefix))
            )
        );
    }

    public Task<StoredHistory> HistoryAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(
            new StoredHistory(
                DatastoreKind.Sqlite,
                Top(),
                // kine notes there how far it has compacted.
                Number("SELECT COALESCE(MAX(prev_revision), 0) FROM kine WHERE name = 'compact_rev_key'"),
                Doubt: null
            )
        );
    }

    /// <summary>
    /// The rows that are no object any more: history, and what was deleted. kine removes them some minutes later
    /// (compaction); until then their values lie in the file. Then the value before, which kine keeps in each row, the newest
    /// included: that one stays until the object is written again.
    /// </summary>
    public IAsyncEnumerable<StoredObject> ListLeftoversAsync(string prefix, CancellationToken cancellation) =>
        Pages(History, prefix, cancellation).Concat(Pages(Before, prefix, cancellation)).ToAsyncEnumerable();

    /// <summary>The column <c>old_value</c> of each object's row: only another write of the object replaces it.</summary>
    public IAsyncEnumerable<StoredObject> ListBesideAsync(string prefix, CancellationToken cancellation) =>
        Pages(Beside, prefix, cancellation).ToAsyncEnumerable();

    public void Dispose() => _file.Dispose();

    private IEnumerable<StoredObject> Pages(string sql, string prefix, CancellationToken cancellation)
    {
        var to = EndOf(prefix);
        var top = sql == Current ? Top() : 0;
        // Before the first row of the name that is the prefix itself.
        var (after, id) = (prefix, 0L);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            (string Name, object Value)[] values =
            [
                ("$after", after),
                ("$id", id),
                ("$to", to),
                ("$limit", PageOfRows),
                ("$top", top),
            ];
            // A LEFT JOIN keeps the order of its left side.
            var rows = _file.Rows(
                sql,
                r =>
                    (
                        Name: r.GetString(0),
                        Id: r.IsDBNull(1) ? 0 : r.GetInt64(1),
                        Object: r.GetBoolean(3) ? Stored(r) : (StoredObject?)null
                    ),
                sql == Current ? values : values[..^1]
            );
            foreach (var row in rows)
            {
                cancellation.ThrowIfCancellationRequested();
                if (row.Object is { } stored)
                    yield return stored;
            }
            if (rows.Count < PageOfRows)
                yield break;
            // Of the list each name is one row.
            (after, id) = (rows[^1].Name, sql == Current ? long.MaxValue : rows[^1].Id);
        }
    }

    private long Top() => Number("SELECT COALESCE(MAX(id), 0) FROM kine");

    private long Number(string sql, params (string Name, object Value)[] values) =>
        _file.Rows(sql, r => r.GetInt64(0), values)[0];

    private static string EndOf(string prefix) => System.Text.Encoding.UTF8.GetString(KeyRange.End(prefix));

    private static StoredObject Stored(SqliteDataReader reader) =>
        new(reader.GetString(0), StoredValue.Parse(Value(reader)), reader.GetInt64(1));

    /// <summary>kine writes NULL where etcd has no value.</summary>
    private static byte[] Value(SqliteDataReader reader) => reader.IsDBNull(2) ? [] : reader.GetFieldValue<byte[]>(2);
}
