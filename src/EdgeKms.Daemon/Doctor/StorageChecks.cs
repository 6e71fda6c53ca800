using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The file system under the state directory.</summary>
internal static class StorageChecks
{
    private const long MiB = 1_048_576;

    internal static readonly Check Space = new(
        "EK-DISK-001",
        "the state directory's file system has room",
        "A full disk stops rotation and backups. The ring on it stays as it is, and is served.",
        CanStop: false,
        CanLose: false,
        machine => WithSpace(machine, Space!, HasRoom)
    );

    internal static readonly Check Volatile = new(
        "EK-DISK-002",
        "the state directory and the node token are not in memory or in an image",
        "A tmpfs is empty after a boot. An overlay or a read-only image may be exchanged by an update of the operating "
            + "system, with the ring in it: keep it on a partition of its own.",
        CanStop: true,
        CanLose: true,
        IsDurable
    );

    internal static readonly Check ReadOnly = new(
        "EK-DISK-003",
        "the state directory's file system is mounted for writing",
        "No rotation, no repair and no checkpoint is possible. Kernels remount a file system so after disk errors.",
        CanStop: false,
        CanLose: false,
        machine => WithSpace(machine, ReadOnly!, space => IsWritable(space, machine.Settings.StateDirectory))
    );

    internal static Finding HasRoom(FileSystemFacts space)
    {
        var text = space.FreeInodes is { } inodes
            ? Invariant($"{space.FreeBytes / MiB} MiB and {inodes} inodes are free")
            : Invariant($"{space.FreeBytes / MiB} MiB are free");
        const string next = "df -h";
        return space.FreeBytes < MiB || space.FreeInodes < 16 ? Space.Fail(text, next)
            : space.FreeBytes < 64 * MiB || space.FreeInodes < 1_024 ? Space.Warn(text, next)
            : Space.Pass(text);
    }

    internal static Finding IsWritable(FileSystemFacts space, string path) =>
        space.IsReadOnly
            ? ReadOnly.Fail($"the file system of {path} is mounted read-only", WayOut.Remount(path).Command)
            : ReadOnly.Pass($"the file system of {path} is mounted for writing");

    private static Finding WithSpace(Machine machine, Check check, Func<FileSystemFacts, Finding> look) =>
        FileSystemFacts.Of(machine.Settings.StateDirectory) is { } space
            ? look(space)
            : check.Skip($"there is no {machine.Settings.StateDirectory}");

    private static Finding IsDurable(Machine machine)
    {
        var state = machine.Settings.StateDirectory;
        if (FileSystemFacts.Of(state) is not { } ring)
            return Volatile.Skip($"there is no {state}");
        var found = OfKind(ring.Magic, state, isRing: true);
        if (found.Outcome != Outcome.Pass)
            return found;
        var token = Path.GetDirectoryName(machine.Settings.NodeTokenFile)!;
        return FileSystemFacts.Of(token) is { } other && FileStatus.Of(machine.Settings.NodeTokenFile) is not null
            ? OfKind(other.Magic, token, isRing: false)
            : found;
    }

    /// <param name="magic">Of man 2 statfs.</param>
    /// <param name="path">Its path.</param>
    /// <param name="isRing">True for the state directory, false for the node token's.</param>
    internal static Finding OfKind(long magic, string path, bool isRing)
    {
        var next = $"findmnt --target {path}";
        return FileSystemKind.OfVolatile(magic) switch
        {
            null => Volatile.Pass($"{path} is neither in memory nor in an image"),
            { IsMemory: true } kind => Volatile.Fail($"{path} is on {kind.Name}", next, stops: true, loses: isRing),
            { } kind => Volatile.Warn($"{path} is on {kind.Name}", next, stops: true, loses: isRing),
        };
    }
}
