using Microsoft.Data.Sqlite;

namespace EdgeKms.Cluster.Tests.Datastore;

/// <summary>kine's SQLite file as k3s makes it: same table, same indexes, write-ahead log, open for writing.</summary>
internal sealed class KineFile : IDisposable
{
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS kine (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, created INTEGER, deleted INTEGER,
          create_revision INTEGER, prev_revision INTEGER, lease INTEGER, value BLOB, old_value BLOB);
        CREATE INDEX IF NOT EXISTS kine_name_index ON kine (name);
        CREATE INDEX IF NOT EXISTS kine_name_id_index ON kine (name,id);
        CREATE INDEX IF NOT EXISTS kine_id_deleted_index ON kine (id,deleted);
        CREATE INDEX IF NOT EXISTS kine_prev_revision_index ON kine (prev_revision);
        CREATE UNIQUE INDEX IF NOT EXISTS kine_name_prev_revision_uindex ON kine (name, prev_revision);
        INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value, old_value)
          VALUES ('compact_rev_key', 1, 0, 0, 0, 0, x'', NULL);
        """;

    private readonly SqliteConnection _connection;
    private long _revision = 1;

    internal KineFile(string path)
    {
        Path = path;
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Run(Schema);
    }

    internal string Path { get; }

    /// <param name="name">The key.</param>
    /// <param name="value">Null for none.</param>
    /// <param name="deleted">True for the row that says so.</param>
    /// <param name="oldValue">What stands beside it.</param>
    /// <param name="createRevision">Row of the object's creation; 0 for that row itself, as kine writes it.</param>
    internal void Put(
        string name,
        byte[]? value,
        bool deleted = false,
        byte[]? oldValue = null,
        long createRevision = 0
    )
    {
        using var insert = _connection.CreateCommand();
        insert.CommandText =
            "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value, old_value) VALUES ($n, $c = 0, $d, $c, $p, 0, $v, $o)";
        insert.Parameters.AddWithValue("$n", name);
        insert.Parameters.AddWithValue("$d", deleted ? 1 : 0);
        insert.Parameters.AddWithValue("$c", createRevision);
        insert.Parameters.AddWithValue("$p", _revision++);
        insert.Parameters.AddWithValue("$v", (object?)value ?? DBNull.Value);
        insert.Parameters.AddWithValue("$o", (object?)oldValue ?? DBNull.Value);
        insert.ExecuteNonQuery();
    }

    /// <summary>kine's revision.</summary>
    internal long Newest()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT MAX(id) FROM kine";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>What kine does after a compaction. False where a reader stands in the way.</summary>
    internal bool Checkpoint()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(FULL)";
        return (long)command.ExecuteScalar()! == 0;
    }

    internal SqliteTransaction Begin() => _connection.BeginTransaction();

    internal void Run(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Statements of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose() => _connection.Dispose();
}
