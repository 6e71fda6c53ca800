using EdgeKms.Cluster.Files;
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
        try
        {
            ReplacedFile.Write(path, bytes, Readable, obeysUmask: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
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
}
