using System.Globalization;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Doctor;

/// <summary>
/// What a start of the daemon opens, and so what modes, owners and links can stop it: state directory, ring directory, newest
/// generation, checkpoint, node token with its directory, and the lock that it holds while it serves. Older generations, the
/// audit log and the lock of changes are not among it. Each is judged by the rule that opening it follows.
/// </summary>
internal static class StartAccess
{
    /// <summary>The paths that would stop it; for a linked directory both the link and its target.</summary>
    /// <param name="state">The state directory.</param>
    /// <param name="token">The node token.</param>
    /// <param name="user">The daemon's user.</param>
    internal static HashSet<string> Refused(string state, string token, uint user)
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        var ring = Path.Combine(state, StateFiles.RingDirectoryName);
        AddDirectory(refused, state, user);
        AddDirectory(refused, ring, user);
        AddDirectory(refused, Path.GetDirectoryName(token)!, user);
        AddFile(refused, Path.Combine(state, RingStore.CheckpointName));
        AddFile(refused, token);
        if (Newest(ring) is { } newest)
            AddFile(refused, newest);
        var serveLock = Path.Combine(state, RingStore.ServeLockName);
        if (FileStatus.Of(serveLock) is { } status && !CanLock(status, user))
            refused.Add(serveLock);
        return refused;
    }

    /// <summary>The user of a process; null where it can't be seen. /proc/PID itself belongs to root once dumps are forbidden.</summary>
    internal static uint? UserOf(int process)
    {
        try
        {
            // Real, effective, saved, file system: man 5 proc_pid_status.
            return
                File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"))
                    .FirstOrDefault(l => l.StartsWith("Uid:", StringComparison.Ordinal))
                    is { } line
                ? uint.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void AddDirectory(HashSet<string> refused, string path, uint user)
    {
        if (DirectoryPlace.Of(path) is { } place && place.RefusalFor(user) is not null)
            refused.UnionWith([path, place.Target]);
    }

    private static void AddFile(HashSet<string> refused, string path)
    {
        if (
            DirectoryPlace.Of(Path.GetDirectoryName(path)!) is { Status: { IsDirectory: true, User: var owner } }
            && FileStatus.Of(path) is { } status
            && FileModes.RefusalOf(path, status, owner) is not null
        )
            refused.Add(path);
    }

    /// <summary>It is opened for writing and never through a link; its mode is nobody's secret.</summary>
    private static bool CanLock(FileStatus status, uint user) =>
        !status.IsLink && !status.IsDirectory && (user == 0 || status.User == user);

    /// <summary>By its name alone, whatever it is; a directory of that name is not looked at.</summary>
    private static string? Newest(string ring) =>
        DirectoryPlace.Of(ring) is not { Status.IsDirectory: true } ? null
        : FileModes
            .Names(ring)
            .Where(n => StateFiles.Generation(n) is not null && !Directory.Exists(Path.Combine(ring, n)))
            .MaxBy(StateFiles.Generation)
            is { } name
            ? Path.Combine(ring, name)
        : null;
}
