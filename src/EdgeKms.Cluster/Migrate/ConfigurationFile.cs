using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>The API server's configuration file with what lies beside it during a migration. Every write is whole and durable.</summary>
/// <param name="path">Absolute path of <c>--encryption-provider-config</c>.</param>
public sealed class ConfigurationFile(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ImageRoot _root = new("/");

    public string Path => path;

    public string BeforePath => MigrationJournal.BeforeOf(path);

    /// <exception cref="CommandException">Exit code 2: there is none.</exception>
    internal byte[] Read() =>
        _root.Read(path)
        ?? throw new CommandException(
            ExitCode.Usage,
            $"there is no {path}",
            "name the API server's --encryption-provider-config with --encryption-config; without one, \"edgekms deploy\" enables KMS"
        );

    internal byte[]? ReadBefore() => _root.Read(BeforePath);

    internal MigrationJournal? Journal() => MigrationJournal.Read(_root, path);

    /// <summary>Keeps the mode that the file has: the API server may run as another user.</summary>
    internal void Write(byte[] bytes) => Put(path, bytes, mode: null);

    internal void WriteBefore(byte[] bytes) => Put(BeforePath, bytes, Private);

    internal void Write(MigrationJournal? journal) => Put(MigrationJournal.PathOf(path), journal?.Bytes(), Private);

    private void Put(string file, byte[]? bytes, UnixFileMode? mode)
    {
        var change = new FileChange(file, _root.Read(file), bytes, mode);
        if (!change.IsDone)
            new FileTransaction(_root).Write(change);
    }
}
