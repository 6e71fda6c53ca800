using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>The journal's file, replaced as a whole each time.</summary>
/// <param name="path">Absolute path.</param>
public sealed class JournalFile(string path)
{
    /// <summary>Where it is without <c>--journal</c>.</summary>
    public const string DefaultPath = "/var/lib/edgekms-reencrypt/journal.json";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ImageRoot _root = new("/");

    public string Path => path;

    /// <summary>Null where there is none, or a damaged one.</summary>
    /// <exception cref="CommandException">Exit code 8 or 9: it can't be read.</exception>
    internal ReencryptJournal? Read() => _root.Read(path) is { } bytes ? ReencryptJournal.Parse(bytes) : null;

    /// <exception cref="CommandException">Exit code 8 or 9: it can't be written.</exception>
    internal void Write(ReencryptJournal journal) => Put(journal.Bytes());

    internal void Delete()
    {
        if (File.Exists(path))
            Put(null);
    }

    private void Put(byte[]? bytes)
    {
        try
        {
            new FileTransaction(_root).Write(new FileChange(path, null, bytes, Private));
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Permission)
        {
            throw new CommandException(
                e.ExitCode,
                e.Message,
                "name a file that this user may write with --journal FILE, or use sudo",
                e
            );
        }
    }
}
