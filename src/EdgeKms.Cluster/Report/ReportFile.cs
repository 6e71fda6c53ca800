using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Report;

/// <summary>
/// A page that may be handed on: it holds no secret, so whoever may look into its directory may read it, as far as the umask
/// allows. It is there as a whole or not at all: written beside its place, synced, renamed.
/// </summary>
public static class ReportFile
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <param name="path">Absolute; its directory exists.</param>
    /// <param name="bytes">The page.</param>
    /// <exception cref="CommandException">
    /// Exit code 2: no such directory; 3: something else than a file is there; 8 or 9: it can't be written.
    /// </exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Refuse(path);
        var directory = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(directory, ".edgekms-new-" + Path.GetFileName(path));
        try
        {
            File.Delete(temporary); // a killed process may have left one
            Create(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
            DirectorySync.Flush(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(temporary);
            throw new CommandException(
                e is UnauthorizedAccessException ? ExitCode.Permission : ExitCode.Io,
                $"{path} can't be written: {e.Message}",
                e is UnauthorizedAccessException
                    ? "name a file in a directory that this user may write to, with --output"
                    : "look whether the disk is full or read-only",
                e
            );
        }
    }

    /// <summary>Says what is wrong with a path before anything is asked for.</summary>
    /// <exception cref="CommandException">Exit code 2 or 3, as for <see cref="Write"/>.</exception>
    public static void Refuse(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new CommandException(
                ExitCode.Usage,
                $"there is no directory {Path.GetDirectoryName(path)}",
                "name a file in a directory that exists, with --output"
            );
        }
        if (FileKind.IsOrdinary(path) == false)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"{path} is there and is not an ordinary file",
                "name another file with --output, or - for standard output"
            );
        }
    }

    private static void Create(string path, ReadOnlySpan<byte> bytes)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Readable,
            BufferSize = 0,
        };
        using var stream = new FileStream(path, options);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk that refused the write may refuse this too.
        }
    }
}
