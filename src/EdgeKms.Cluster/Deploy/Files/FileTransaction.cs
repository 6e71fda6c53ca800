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
        if (bytes is null)
            File.Delete(file);
        else
            Replace(file, bytes, mode);
        DirectorySync.Flush(Path.GetDirectoryName(file)!);
    }

    private static void Replace(string file, byte[] bytes, UnixFileMode mode)
    {
        // The leading dot: the kubelet would take any other name in its directory for a second manifest.
        var temporary = Path.Combine(Path.GetDirectoryName(file)!, ".edgekms-new-" + Path.GetFileName(file));
        try
        {
            File.Delete(temporary); // a killed process may have left one
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = mode,
                BufferSize = 0,
            };
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            File.SetUnixFileMode(temporary, mode); // the umask may have taken bits away
            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
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

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk that refused the write may refuse this too; the next deploy deletes it.
        }
    }
}
