using EdgeKms.KeyRing.RingFile;
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

    internal static Finding HasRoom(FileSystemSpace space)
    {
        var text = space.Inodes is { } inodes
            ? Invariant($"{space.Bytes / MiB} MiB and {inodes} inodes are free")
            : Invariant($"{space.Bytes / MiB} MiB are free");
        const string next = "df -h";
        return space.Bytes < MiB || space.Inodes < 16 ? Space.Fail(text, next)
            : space.Bytes < 64 * MiB || space.Inodes < 1_024 ? Space.Warn(text, next)
            : Space.Pass(text);
    }

    internal static Finding IsWritable(FileSystemSpace space, string path) =>
        space.IsReadOnly
            ? ReadOnly.Fail($"the file system of {path} is mounted read-only", $"mount -o remount,rw {path}")
            : ReadOnly.Pass($"the file system of {path} is mounted for writing");

    private static Finding WithSpace(Machine machine, Check check, Func<FileSystemSpace, Finding> look) =>
        KernelCalls.Space(machine.Settings.StateDirectory) is { } space
            ? look(space)
            : check.Skip($"there is no {machine.Settings.StateDirectory}");

    private static Finding IsDurable(Machine machine)
    {
        var state = machine.Settings.StateDirectory;
        if (KernelCalls.FileSystemKind(state) is not { } kind)
            return Volatile.Skip($"there is no {state}");
        var found = OfKind(kind, state, isRing: true);
        if (found.Outcome != Outcome.Pass)
            return found;
        var token = Path.GetDirectoryName(machine.Settings.NodeTokenFile)!;
        return
            KernelCalls.FileSystemKind(token) is { } other && FileStatus.Of(machine.Settings.NodeTokenFile) is not null
            ? OfKind(other, token, isRing: false)
            : found;
    }

    /// <param name="kind">Magic number, from man 2 statfs.</param>
    /// <param name="path">Its path.</param>
    /// <param name="isRing">True for the state directory, false for the node token's.</param>
    internal static Finding OfKind(long kind, string path, bool isRing)
    {
        var next = $"findmnt --target {path}";
        return kind switch
        {
            0x01021994 => Volatile.Fail($"{path} is on a tmpfs", next, stops: true, loses: isRing),
            0x858458F6 => Volatile.Fail($"{path} is on a ramfs", next, stops: true, loses: isRing),
            0x794C7630 => Volatile.Warn($"{path} is on an overlay", next, stops: true, loses: isRing),
            0x73717368 => Volatile.Warn($"{path} is on a squashfs", next, stops: true, loses: isRing),
            0xE0F5E1E2 => Volatile.Warn($"{path} is on an erofs", next, stops: true, loses: isRing),
            _ => Volatile.Pass($"{path} is neither in memory nor in an image"),
        };
    }
}
