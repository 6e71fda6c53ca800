using System.Runtime.InteropServices;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// What the kernel says of the file system under a path (man 3 statvfs, man 2 statfs). A symbolic link is followed: what
/// counts is where the files lie.
/// </summary>
/// <param name="FreeBytes">Free for this process, in bytes.</param>
/// <param name="FreeInodes">Free inodes; null where the file system counts none.</param>
/// <param name="IsReadOnly">Mounted read-only, as kernels do too after disk errors.</param>
/// <param name="Magic">Its kind, a number of man 2 statfs; <see cref="FileSystemKind"/> names those that forget.</param>
public sealed partial record FileSystemFacts(long FreeBytes, long? FreeInodes, bool IsReadOnly, long Magic)
{
    private const ulong ReadOnlyFlag = 1; // ST_RDONLY

    /// <summary>Why the path's files may not be there after a boot or an update; null for a file system that keeps them.</summary>
    public FileSystemKind? Volatile => FileSystemKind.OfVolatile(Magic);

    /// <summary>The facts; null where there is nothing at the path, or a link in it leads to nothing.</summary>
    public static unsafe FileSystemFacts? Of(string path)
    {
        var vfs = stackalloc byte[256]; // struct statvfs: 11 unsigned longs and a reserve
        var fs = stackalloc byte[256]; // struct statfs begins with f_type, a long on 64-bit machines
        if (statvfs(path, vfs) != 0 || statfs(path, fs) != 0)
            return null;
        var fields = (ulong*)vfs;
        var (unit, available, inodes, inodesAvailable, flags) = (fields[1], fields[4], fields[5], fields[7], fields[9]);
        return new FileSystemFacts(
            (long)UInt128.Min((UInt128)unit * available, (UInt128)long.MaxValue),
            inodes == 0 ? null : (long)Math.Min(inodesAvailable, long.MaxValue),
            (flags & ReadOnlyFlag) != 0,
            *(long*)fs
        );
    }

    /// <summary>The facts of a path that may not be made yet: of the nearest directory above it that is there.</summary>
    public static FileSystemFacts? OfNearest(string path)
    {
        for (string? at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
        {
            if (Of(at) is { } facts)
                return facts;
        }
        return null;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statvfs(string path, byte* buffer);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statfs(string path, byte* buffer);
}
