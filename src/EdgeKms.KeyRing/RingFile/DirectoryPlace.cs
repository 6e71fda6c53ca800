using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// What lies at a directory's path: the directory itself, or the one that a symbolic link leads to, as is usual where the
/// operating system is an image and its data a partition. Who may change the link decides where the keys lie: it must belong
/// to root, to this process's user or to the directory's owner. Files in a directory are never followed.
/// </summary>
/// <param name="Path">As it was asked for, without a slash at its end.</param>
/// <param name="Target">Where it leads; the same path where it is no link.</param>
/// <param name="Status">Of the target.</param>
/// <param name="LinkOwners">Owners of the links on the way.</param>
public sealed record DirectoryPlace(string Path, string Target, FileStatus Status, IReadOnlyList<uint> LinkOwners)
{
    private const uint OthersMask = 0x3F; // 077
    private const int MostLinks = 40; // as the kernel follows, man 7 path_resolution

    /// <summary>Why a process can't use it.</summary>
    /// <param name="Code">NotPrivate or PermissionDenied.</param>
    /// <param name="Text">A whole sentence that names the path.</param>
    public sealed record Refusal(ErrorCode Code, string Text);

    /// <summary>The place; null when there is nothing at the path.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.StorageAbsent"/>: a link leads to nothing; or the operating
    /// system refused to look.</exception>
    public static DirectoryPlace? Of(string path)
    {
        path = path.Length > 1 ? path.TrimEnd('/') : path; // "link/" would be the target to the kernel
        var owners = new List<uint>();
        var at = path;
        while (FileStatus.Of(at) is { } status)
        {
            if (!status.IsLink)
                return new DirectoryPlace(path, at, status, owners);
            owners.Add(status.User);
            if (owners.Count > MostLinks)
                throw new EdgeKmsException(ErrorCode.NotPrivate, $"{path} is a symbolic link that leads to itself");
            at = Next(at);
        }
        return owners.Count == 0
            ? null
            : throw new EdgeKmsException(
                ErrorCode.StorageAbsent,
                $"{path} is a symbolic link that points to {at}, which is not there: mount it"
            );
    }

    /// <summary>Why a process of <paramref name="user"/> can't use it; null when it can.</summary>
    /// <param name="user">Root may work for the directory's owner.</param>
    /// <param name="isPrivate">False: any mode and owner of the directory will do.</param>
    public Refusal? RefusalFor(uint user, bool isPrivate = true)
    {
        foreach (var owner in LinkOwners)
        {
            if (owner != 0 && owner != user && owner != Status.User)
            {
                var wanted = Status.User == 0 ? "root" : $"root or to user {Status.User}";
                return new(
                    ErrorCode.NotPrivate,
                    $"{Path} is a symbolic link that belongs to user {owner}: it must belong to {wanted}"
                );
            }
        }
        if (!Status.IsDirectory)
            return new(ErrorCode.NotPrivate, $"{Subject} is not a directory");
        if (!isPrivate)
            return null;
        if (Status.User != user && user != 0)
            return new(ErrorCode.PermissionDenied, $"{Subject} belongs to user {Status.User}, you are {user}");
        return (Status.Mode & OthersMask) == 0
            ? null
            : new(ErrorCode.NotPrivate, $"{Subject} has mode {FileModes.Octal(Status.Mode)}: it must be 0700");
    }

    private string Subject => LinkOwners.Count == 0 ? Path : $"{Path} is a symbolic link to {Target}, which";

    private static string Next(string link)
    {
        try
        {
            var target = new FileInfo(link).LinkTarget;
            // Not made shorter: ".." after a link is for the kernel to follow.
            return target is null
                ? link // somebody put a file in the link's place meanwhile
                : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(link) ?? "/", target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeKmsException(ErrorCode.PermissionDenied, $"read the link {link}: {e.Message}", e);
        }
    }
}
