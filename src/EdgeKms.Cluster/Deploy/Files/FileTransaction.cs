using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy.Files;

/// <summary>
/// Writes several files, each complete or not at all. A failure takes back what was written before it, so that the cluster
/// is as it was. A process that is killed in between leaves whole files, and the next deploy writes the rest.
/// </summary>
public sealed class FileTransaction(ImageRoot root)
{
    private readonly List<FileChange> _written = [];
    private readonly List<string> _made = [];

    /// <summary>Writes a file and makes it durable.</summary>
    /// <exception cref="CommandException">Exit code 8 or 9; nothing of this file was changed.</exception>
    public void Write(FileChange change)
    {
        var file = root.Resolve(change.Path);
        var temporary = Path.Combine(Path.GetDirectoryName(file)!, ".edgekms-new-" + Path.GetFileName(file));
        try
        {
            MakeDirectory(Path.GetDirectoryName(file)!);
            Put(temporary, file, change.After, change.Mode);
            _written.Add(change);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
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
        foreach (var change in Enumerable.Reverse(_written))
        {
            var file = root.Resolve(change.Path);
            try
            {
                if (change.Before is null)
                    File.Delete(file);
                else
                    Put(file + ".edgekms-old", file, change.Before, change.Mode);
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

    private static void Put(string temporary, string file, byte[] bytes, UnixFileMode mode)
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
