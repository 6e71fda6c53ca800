using EdgeKms.Contract.Failures;
using Microsoft.Data.Sqlite;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// A SQLite file, open for reading alone. Every statement ends before its rows are handed out: kine's
/// <c>wal_checkpoint(FULL)</c> after a compaction waits for readers and stops every write meanwhile (kms-plugin-contract.md 2.18a).
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private const int NoTable = 1; // SQLITE_ERROR: the statements are right, so the table is missing
    private const int Permission = 3;
    private const int Busy = 5;
    private const int CannotOpen = 14;

    private readonly SqliteConnection _connection;

    /// <exception cref="CommandException">Exit code 2: there is no such file; 9 or 8: it can't be opened.</exception>
    internal SqliteFile(string path)
    {
        Path = path;
        if (!File.Exists(path))
            throw new CommandException(
                ExitCode.Usage,
                $"there is no file {path}",
                "name k3s's state.db with --sqlite FILE"
            );
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
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

    internal string Path { get; }

    /// <summary>All rows of a statement, which has ended when they are there.</summary>
    /// <param name="sql">A constant.</param>
    /// <param name="read">Makes something of a row.</param>
    /// <param name="values">Its parameters.</param>
    /// <exception cref="CommandException">It can't be read.</exception>
    internal List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object Value)[] values)
    {
        try
        {
            using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of its caller.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, value) in values)
                command.Parameters.AddWithValue(name, value);
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
        catch (SqliteException e)
        {
            throw Failure(e);
        }
    }

    public void Dispose() => _connection.Dispose();

    private CommandException Failure(SqliteException e) =>
        e.SqliteErrorCode switch
        {
            CannotOpen or Permission => new CommandException(
                ExitCode.Permission,
                $"{Path} can't be opened by this user",
                "run the command with sudo",
                e
            ),
            Busy => new CommandException(ExitCode.Busy, $"{Path} is locked", "run the command again", e),
            NoTable => new CommandException(
                ExitCode.Usage,
                $"{Path} has no table of kine",
                "name k3s's state.db with --sqlite FILE",
                e
            ),
            _ => new CommandException(
                ExitCode.Io,
                $"{Path} can't be read: {Text.OneLine.Of(e.Message, 300)}",
                "look whether the file is k3s's state.db and whole",
                e
            ),
        };
}
