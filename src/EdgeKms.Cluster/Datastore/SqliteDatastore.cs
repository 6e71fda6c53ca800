using System.Runtime.CompilerServices;
using EdgeKms.Contract.Failures;
using Microsoft.Data.Sqlite;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// kine's SQLite file, k3s's datastore: one table, a row for each change of a key. A key's newest row is its value, or says
/// that it was deleted. Read-only beside the k3s that writes (write-ahead log): neither waits for the other.
/// </summary>
public sealed class SqliteDatastore : IDatastore
{
    // A row that a newer row of the same name follows is history.
    private const string Newest =
        "NOT EXISTS (SELECT 1 FROM kine AS later WHERE later.name = kine.name AND later.id > kine.id)";
    private const string Columns = "SELECT kine.name, kine.id, kine.value FROM kine WHERE kine.name";
    private const string InRange = $"{Columns} >= $from AND kine.name < $to";

    private const int NoTable = 1; // SQLITE_ERROR: the statements are right, so the table is missing
    private const int Permission = 3;
    private const int Busy = 5;
    private const int CannotOpen = 14;

    private readonly string _file;
    private readonly SqliteConnection _connection;

    /// <exception cref="CommandException">Exit code 2: there is no such file; 9 or 8: it can't be opened.</exception>
    public SqliteDatastore(string file)
    {
        _file = file;
        if (!File.Exists(file))
            throw new CommandException(
                ExitCode.Usage,
                $"there is no file {file}",
                "name k3s's state.db with --sqlite FILE"
            );
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = SqliteOpenMode.ReadOnly,
            // A pooled connection would keep the file open after Dispose.
            Pooling = false,
            DefaultTimeout = 10,
        };
        _connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            _connection.Open();
        }
        catch (SqliteException e)
        {
            _connection.Dispose();
            throw Failure(e);
        }
    }

    public string Name => $"SQLite file {_file}";

    public async Task<StoredObject?> GetAsync(string key, CancellationToken cancellation)
    {
        await foreach (
            var found in ReadAsync($"{Columns} = $from AND {Newest} AND kine.deleted = 0", key, key, cancellation)
        )
            return found;
        return null;
    }

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation) =>
        ReadAsync(
            $"{InRange} AND {Newest} AND kine.deleted = 0 ORDER BY kine.name",
            prefix,
            EndOf(prefix),
            cancellation
        );

    public async Task<long> CountAsync(string prefix, CancellationToken cancellation) =>
        await NumberAsync(
            $"SELECT COUNT(*) FROM kine WHERE kine.name >= $from AND kine.name < $to AND {Newest} AND kine.deleted = 0",
            prefix,
            cancellation
        );

    public async Task<StoredHistory> HistoryAsync(CancellationToken cancellation) =>
        new(
            DatastoreKind.Sqlite,
            await NumberAsync("SELECT COALESCE(MAX(id), 0) FROM kine", "", cancellation),
            // kine notes there how far it has compacted.
            await NumberAsync(
                "SELECT COALESCE(MAX(prev_revision), 0) FROM kine WHERE name = 'compact_rev_key'",
                "",
                cancellation
            ),
            Doubt: null
        );

    /// <summary>
    /// The rows that are no object any more: history, and what was deleted. kine removes them some minutes later
    /// (compaction); until then their values lie in the file. Then the value before, which kine keeps in each row, the newest
    /// included: that one stays until the object is written again.
    /// </summary>
    public async IAsyncEnumerable<StoredObject> ListLeftoversAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        string[] statements =
        [
            $"{InRange} AND (kine.deleted <> 0 OR NOT {Newest}) ORDER BY kine.name, kine.id",
            "SELECT kine.name, kine.id, kine.old_value FROM kine WHERE kine.name >= $from AND kine.name < $to"
                + " AND LENGTH(kine.old_value) > 0 ORDER BY kine.name, kine.id",
        ];
        foreach (var sql in statements)
        {
            await foreach (var stored in ReadAsync(sql, prefix, EndOf(prefix), cancellation))
                yield return stored;
        }
    }

    public void Dispose() => _connection.Dispose();

    private static string EndOf(string prefix) => System.Text.Encoding.UTF8.GetString(KeyRange.End(prefix));

    /// <summary>One statement is one moment, however long it is read.</summary>
    private async IAsyncEnumerable<StoredObject> ReadAsync(
        string sql,
        string from,
        string to,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$from", from);
        if (sql.Contains("$to", StringComparison.Ordinal))
            command.Parameters.AddWithValue("$to", to);
        await using var reader = Ask(() => command.ExecuteReader());
        while (Ask(reader.Read))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Ask(() => Stored(reader));
        }
    }

    private async Task<long> NumberAsync(string sql, string prefix, CancellationToken cancellation)
    {
        await using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (prefix.Length > 0)
        {
            command.Parameters.AddWithValue("$from", prefix);
            command.Parameters.AddWithValue("$to", EndOf(prefix));
        }
        cancellation.ThrowIfCancellationRequested();
        return Ask(() => (long)command.ExecuteScalar()!);
    }

    private static StoredObject Stored(SqliteDataReader reader)
    {
        // kine writes NULL where etcd has no value.
        var value = reader.IsDBNull(2) ? [] : reader.GetFieldValue<byte[]>(2);
        return new StoredObject(reader.GetString(0), StoredValue.Parse(value), reader.GetInt64(1));
    }

    private T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (SqliteException e)
        {
            throw Failure(e);
        }
    }

    private CommandException Failure(SqliteException e) =>
        e.SqliteErrorCode switch
        {
            CannotOpen or Permission => new CommandException(
                ExitCode.Permission,
                $"{_file} can't be opened by this user",
                "run the command with sudo",
                e
            ),
            Busy => new CommandException(ExitCode.Busy, $"{_file} is locked", "run the command again", e),
            NoTable => new CommandException(
                ExitCode.Usage,
                $"{_file} has no table of kine",
                "name k3s's state.db with --sqlite FILE",
                e
            ),
            _ => new CommandException(
                ExitCode.Io,
                $"{_file} can't be read: {Text.OneLine.Of(e.Message, 300)}",
                "look whether the file is k3s's state.db and whole",
                e
            ),
        };
}
