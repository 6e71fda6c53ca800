using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Files;

/// <summary>A small file that somebody else wrote, whole.</summary>
public static class CappedFile
{
    /// <summary>Largest file: 1 MiB.</summary>
    public const int MaxBytes = 1_048_576;

    /// <summary>Reads a file of at most 1 MiB.</summary>
    /// <exception cref="CommandException">Exit code 2: there is none, or it is larger; 9: not for this user; 8: I/O.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxBytes
                ? bytes[..length]
                : throw new CommandException(ExitCode.Usage, $"{path} is larger than 1 MiB", "name another file");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Usage, $"there is no file {path}", "name another file", e);
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
            throw new CommandException(
                ExitCode.Io,
                $"{path} can't be read: {e.Message}",
                "look whether its disk is mounted",
                e
            );
        }
    }

    /// <summary>True when this user can open a file for reading.</summary>
    public static bool IsReadable(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
