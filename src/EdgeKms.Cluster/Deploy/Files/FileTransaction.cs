using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy.Files;

/// <summary>
/// Writes several files, each complete or not at all. A failure takes back what was written before it, so that the cluster
/// is as it was. A process that is killed in between leaves whole files, and the next deploy writes the rest.
/// </summary>
public sealed class FileTransaction(ImageRoot root)
{
    private const UnixFileMode SafeMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<(FileChange Change, UnixFileMode Mode)> _written = [];
    private readonly List<string> _made = [];

    /// <summary>Writes or removes a file and makes that durable.</summary>
    /// <exception cref="CommandException">Exit code 8 or 9; nothing of this file was changed.</exception>
    public void Write(FileChange change)
    {
        var file = root.Resolve(change.Path);
        try
        {
            var mode = File.Exists(file) ? File.GetUnixFileMode(file) : change.Mode ?? SafeMode;
            MakeDirectory(Path.GetDirectoryName(file)!);
            // Noted first: a write that fails at its last step has changed something.
            _written.Add((change, mode));
            Put(file, change.After, change.Mode ?? mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                e is UnauthorizedAccessException ? ExitCode.Permission : ExitCode.Io,
                $"{file} can't be written: {e.Message}",
                e is UnauthorizedAccessException
                    ? "run the command as root, for example with sudo"
                    : "look whether the disk is full or read-only",
                e
            );
        }
    }

    /// <summary>Takes everything back, the last first.</summary>
    /// <returns>Paths that could not be taken back, for the person to look at.</returns>
    public IReadOnlyList<string> RollBack()
    {
        var left = new List<string>();
        foreach (var (change, mode) in Enumerable.Reverse(_written))
        {
            var file = root.Resolve(change.Path);
            try
            {
                if (!IsAsBefore(file, change.Before))
                    Put(file, change.Before, mode);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                left.Add(file);
            }
        }
        foreach (var directory in Enumerable.Reverse(_made))
        {
            if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any())
                Directory.Delete(directory);
        }
        return left;
    }

    private static bool IsAsBefore(string file, byte[]? before) =>
        before is null
            ? !File.Exists(file)
            : File.Exists(file) && before.AsSpan().SequenceEqual(File.ReadAllBytes(file));

    private static void Put(string file, byte[]? bytes, UnixFileMode mode)
    {
        if (bytes is not null)
        {
            ReplacedFile.Write(file, bytes, mode);
            return;
        }
        File.Delete(file);
        DirectorySync.Flush(Path.GetDirectoryName(file)!);
    }

    private void MakeDirectory(string directory)
    {
        var missing = new Stack<string>();
        for (var at = directory; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
            missing.Push(at);
        foreach (var one in missing)
        {
            Directory.CreateDirectory(one);
            _made.Add(one);
        }
    }
}
