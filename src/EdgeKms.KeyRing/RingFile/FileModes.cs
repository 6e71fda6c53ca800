using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// Modes and owners of a private directory: 0700, its files 0600 at most, all owned by the directory's owner. Links and
/// files with a second name are reported, never changed: they may be somebody else's.
/// </summary>
public static class FileModes
{
    private const uint OthersMask = 0x3F; // 077
    private const uint DirectoryMode = 0x1C0; // 0700
    private const uint FileMode = 0x180; // 0600

    /// <summary>
    /// What is wrong with a directory and with those of its files whose name is ours, not below them. Nothing where there is no
    /// directory.
    /// </summary>
    /// <param name="directory">Absolute path; a link to a directory is followed as <see cref="DirectoryPlace"/> says.</param>
    /// <param name="isOurs">Tells by its name whether EdgeKms makes a file.</param>
    /// <param name="owner">Who must own it; null takes the directory's own owner.</param>
    /// <exception cref="EdgeKmsException">The directory can't be read, or a link leads to nothing.</exception>
    public static IReadOnlyList<Problem> Find(string directory, Func<string, bool> isOurs, uint? owner = null)
    {
        if (DirectoryPlace.Of(directory) is not { } place)
            return [];
        var user = owner ?? place.Status.User;
        // Not ours to correct: who owns a link decides where the keys lie.
        if (place.RefusalFor(place.Status.User, isPrivate: false) is { } refusal)
            return [new Problem(directory, refusal.Text[(place.Path.Length + 1)..], 0, 0, CanCorrect: false)];
        var found = new List<Problem>();
        if (!IsPrivate(place.Status, user))
            found.Add(
                new Problem(
                    place.Target,
                    Wrong(place.Status, DirectoryMode, user)
                        + (place.LinkOwners.Count == 0 ? "" : $"; {place.Path} is a symbolic link to it"),
                    DirectoryMode,
                    user,
                    CanCorrect: true
                )
            );
        foreach (var name in Names(directory).Where(isOurs))
        {
            var file = Path.Combine(directory, name);
            if (FileStatus.Of(file) is { } status && OfFile(file, status, user) is { } problem)
                found.Add(problem);
        }
        return found;
    }

    /// <summary>The names in a directory, in their order: files, links and directories.</summary>
    /// <exception cref="EdgeKmsException">It can't be listed.</exception>
    public static IReadOnlyList<string> Names(string directory)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFileSystemEntries(directory)
                    .Select(e => Path.GetFileName(e))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeKmsException(ErrorCode.PermissionDenied, $"{directory} can't be listed: {e.Message}", e);
        }
    }

    /// <summary>Why a private file is not read; null when it is. Reading itself asks this of the open descriptor.</summary>
    /// <param name="file">For the words.</param>
    /// <param name="status">Of the file; of a link itself, where there is one.</param>
    /// <param name="owner">Its directory's owner.</param>
    public static string? RefusalOf(string file, FileStatus status, uint owner) =>
        status.IsLink ? $"{file} is a symbolic link"
        : !status.IsRegular ? $"{file} is not a regular file"
        : IsPrivate(status, owner) ? null
        : $"{file} has mode {Octal(status.Mode)} and owner {status.User}: it must be 0600 and owned by user {owner}";

    /// <summary>Corrects one problem, through a descriptor that follows no link.</summary>
    /// <exception cref="EdgeKmsException">The operating system refused.</exception>
    public static void Correct(Problem problem)
    {
        const int flags = FileCalls.ReadOnly | FileCalls.NonBlocking | FileCalls.CloseOnExec;
        var descriptor = FileCalls.open(problem.Path, flags | FileCalls.NoFollow, 0);
        if (descriptor < 0)
            throw SystemCall.Failed("open", problem.Path);
        try
        {
            if (
                FileStatus.OfDescriptor(descriptor, problem.Path).User != problem.Owner
                && FileCalls.fchown(descriptor, problem.Owner, uint.MaxValue) != 0
            )
                throw SystemCall.Failed("chown", problem.Path);
            if (FileCalls.fchmod(descriptor, problem.Mode) != 0)
                throw SystemCall.Failed("chmod", problem.Path);
        }
        finally
        {
            _ = FileCalls.close(descriptor);
        }
    }

    private static Problem? OfFile(string path, FileStatus status, uint owner)
    {
        if (!status.IsRegular)
        {
            var kind = status.IsLink ? "is a symbolic link" : "is not a regular file";
            return new Problem(path, kind, 0, 0, CanCorrect: false);
        }
        if (IsPrivate(status, owner))
            return null;
        var text = Wrong(status, FileMode, owner);
        return status.Links > 1
            ? new Problem(path, text + "; it has a second name", 0, 0, CanCorrect: false)
            : new Problem(path, text, FileMode, owner, CanCorrect: true);
    }

    private static bool IsPrivate(FileStatus status, uint owner) =>
        status.User == owner && (status.Mode & OthersMask) == 0;

    private static string Wrong(FileStatus status, uint mode, uint owner) =>
        $"has mode {Octal(status.Mode)} and owner {status.User}: it must be {Octal(mode)}, owner {owner}";

    internal static string Octal(uint mode) => "0" + Convert.ToString((int)mode, 8);

    /// <param name="Path">The file or directory; of a linked directory the target.</param>
    /// <param name="Text">What is wrong, to follow the path in a sentence.</param>
    /// <param name="Mode">The mode that it must have.</param>
    /// <param name="Owner">The owner that it must have.</param>
    /// <param name="CanCorrect">False where a person has to look.</param>
    public sealed record Problem(string Path, string Text, uint Mode, uint Owner, bool CanCorrect);
}
