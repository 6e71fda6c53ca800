using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy.Files;

/// <summary>
/// The files of this machine, or of an image that is mounted somewhere. Below an image no link is followed: an absolute
/// one would lead out of the image and onto this machine.
/// </summary>
/// <param name="root">Absolute path; <c>/</c> is this machine.</param>
public sealed class ImageRoot(string root)
{
    private const int MaxBytes = 1_048_576;

    public bool IsThisMachine { get; } = string.Equals(root, "/", StringComparison.Ordinal);

    /// <summary>Where a path of the image lies here.</summary>
    /// <exception cref="CommandException">Exit code 3: a link is on the way.</exception>
    public string Resolve(string path)
    {
        if (IsThisMachine)
            return path;
        var at = root;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            if (new FileInfo(at).LinkTarget is not null)
            {
                throw new CommandException(
                    ExitCode.Refused,
                    $"{at} is a link, which could lead out of the image",
                    "replace it by what it points to"
                );
            }
        }
        return at;
    }

    /// <summary>A file's bytes, at most 1 MiB; null where there is none.</summary>
    /// <exception cref="CommandException">Exit code 8: it can't be read.</exception>
    public byte[]? Read(string path)
    {
        var file = Resolve(path);
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxBytes ? bytes[..length] : throw new IOException("it is larger than 1 MiB");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                e is UnauthorizedAccessException ? ExitCode.Permission : ExitCode.Io,
                $"{file} can't be read: {e.Message}",
                "run the command as root, for example with sudo",
                e
            );
        }
    }

    public bool DirectoryExists(string path) => Directory.Exists(Resolve(path));

    public bool FileExists(string path) => File.Exists(Resolve(path));

    /// <summary>Names of the files in a directory, in the order of their bytes; none where there is no directory.</summary>
    public IReadOnlyList<string> List(string path) =>
        DirectoryExists(path)
            ?
            [
                .. Directory
                    .EnumerateFiles(Resolve(path))
                    .Select(f => Path.GetFileName(f))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
}
