using EdgeKms.Contract.Failures;
using Microsoft.Win32.SafeHandles;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>Bytes of a snapshot file, with the errors that a person reads.</summary>
internal static class SnapshotBytes
{
    /// <exception cref="CommandException">Exit code 2: there is none; 9: not for this user; 8: I/O.</exception>
    internal static SafeFileHandle Open(string path) =>
        Try(path, () => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));

    /// <summary>Reads until the buffer is full or the file ends; how many bytes it read.</summary>
    internal static int Read(SafeFileHandle handle, string path, Span<byte> bytes, long offset)
    {
        var read = 0;
        try
        {
            while (read < bytes.Length && RandomAccess.Read(handle, bytes[read..], offset + read) is var more and > 0)
                read += more;
        }
        catch (IOException e)
        {
            throw Unreadable(path, e);
        }
        return read;
    }

    private static SafeFileHandle Try(string path, Func<SafeFileHandle> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"there is no file {path}",
                "name a file of \"etcdctl snapshot save\" with --snapshot FILE",
                e
            );
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(
                ExitCode.Permission,
                Directory.Exists(path) ? $"{path} is a directory" : $"{path} may not be read by this user",
                "run the command with sudo, or name another file",
                e
            );
        }
        catch (IOException e)
        {
            throw Unreadable(path, e);
        }
    }

    private static CommandException Unreadable(string path, IOException e) =>
        new(ExitCode.Io, $"{path} can't be read: {e.Message}", "look whether its disk is mounted", e);
}
