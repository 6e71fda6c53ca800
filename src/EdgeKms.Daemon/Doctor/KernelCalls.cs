using System.Runtime.InteropServices;

namespace EdgeKms.Daemon.Doctor;

/// <summary>What only a system call tells; nothing here changes anything.</summary>
internal static unsafe partial class KernelCalls
{
    private const long SysMemfdSecret = 447; // the same number on x86-64 and arm64
    private const long CloseOnExec = 0x80000;

    /// <summary>Status bits of the kernel's clock (man 2 adjtimex); null where it refuses.</summary>
    internal static int? ClockStatus()
    {
        var timex = stackalloc byte[256]; // struct timex has 208 bytes on 64-bit machines; modes 0 only reads
        new Span<byte>(timex, 256).Clear();
        return adjtimex(timex) < 0 ? null : *(int*)(timex + 40);
    }

    /// <summary>Free space of a path's file system (man 3 statvfs); null where there is nothing at the path.</summary>
    internal static FileSystemSpace? Space(string path)
    {
        var vfs = stackalloc byte[256]; // struct statvfs: 11 unsigned longs and a reserve
        if (statvfs(path, vfs) != 0)
            return null;
        var fields = (ulong*)vfs;
        var (unit, available, inodes, inodesAvailable, flags) = (fields[1], fields[4], fields[5], fields[7], fields[9]);
        return new FileSystemSpace(
            (long)UInt128.Min((UInt128)unit * available, (UInt128)long.MaxValue),
            inodes == 0 ? null : (long)Math.Min(inodesAvailable, long.MaxValue),
            (flags & 1) != 0
        );
    }

    /// <summary>Magic number of a path's file system (man 2 statfs); null where there is nothing at the path.</summary>
    internal static long? FileSystemKind(string path)
    {
        var fs = stackalloc byte[256]; // struct statfs begins with f_type, a long on 64-bit machines
        return statfs(path, fs) == 0 ? *(long*)fs : null;
    }

    /// <summary>True where the kernel gives memory that it can't read itself (man 2 memfd_secret, Linux 5.14).</summary>
    internal static bool HasSecretMemory()
    {
        var descriptor = (int)syscall(SysMemfdSecret, CloseOnExec);
        if (descriptor < 0)
            return false;
        _ = close(descriptor);
        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int adjtimex(byte* timex);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statvfs(string path, byte* buffer);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, byte* buffer);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
