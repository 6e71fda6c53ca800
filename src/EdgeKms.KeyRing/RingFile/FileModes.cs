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

    /// <summary>What is wrong in a directory and with its files, not below them. Nothing where there is no directory.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <param name="owner">Who must own it; null takes the directory's own owner.</param>
    /// <exception cref="EdgeKmsException">The directory can't be read.</exception>
    public static IReadOnlyList<Problem> Find(string directory, uint? owner = null)
    {
        if (FileStatus.Of(directory) is not { } status)
            return [];
        if (!status.IsDirectory)
            return [new Problem(directory, "is not a directory", 0, 0, CanCorrect: false)];
        var user = owner ?? status.User;
        var found = new List<Problem>();
        if (Of(directory, status, DirectoryMode, user) is { } problem)
            found.Add(problem);
        try
        {
            foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
            {
                // Sockets are made with their own rules.
                if (FileStatus.Of(file) is { IsSocket: false } its && Of(file, its, FileMode, user) is { } wrong)
                    found.Add(wrong);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeKmsException(ErrorCode.PermissionDenied, $"{directory} can't be listed: {e.Message}", e);
        }
        return found;
    }

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

    private static Problem? Of(string path, FileStatus status, uint mode, uint owner)
    {
        if (!status.IsDirectory && !status.IsRegular)
            return new Problem(path, "is a link or a device", 0, 0, CanCorrect: false);
        if (status.User == owner && (status.Mode & OthersMask) == 0)
            return null;
        var text = $"has mode {Octal(status.Mode)} and owner {status.User}: it must be {Octal(mode)}, owner {owner}";
        return status.IsRegular && status.Links > 1
            ? new Problem(path, text + "; it has a second name", 0, 0, CanCorrect: false)
            : new Problem(path, text, mode, owner, CanCorrect: true);
    }

    private static string Octal(uint mode) => "0" + Convert.ToString((int)mode, 8);

    /// <param name="Path">The file or directory.</param>
    /// <param name="Text">What is wrong, to follow the path in a sentence.</param>
    /// <param name="Mode">The mode that it must have.</param>
    /// <param name="Owner">The owner that it must have.</param>
    /// <param name="CanCorrect">False where a person has to look.</param>
    public sealed record Problem(string Path, string Text, uint Mode, uint Owner, bool CanCorrect);
}
