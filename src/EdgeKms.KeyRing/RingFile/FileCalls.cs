using System.Runtime.InteropServices;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>The file calls of Linux that .NET lacks: exclusive create with O_NOFOLLOW, fsync of directories, flock, statx.</summary>
internal static partial class FileCalls
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int CreateFlag = 0x40;
    internal const int Exclusive = 0x80;
    internal const int AppendFlag = 0x400;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    internal const int RenameNoReplace = 1;
    internal const int AtCwd = -100;
    internal const int AtSymlinkNoFollow = 0x100;
    internal const int AtEmptyPath = 0x1000;
    internal const uint StatxBasic = 0x7ff;

    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;

    internal const int Eperm = 1;
    internal const int Enoent = 2;
    internal const int Eintr = 4;
    internal const int Eacces = 13;
    internal const int Eexist = 17;
    internal const int Eagain = 11;
    internal const int Enotdir = 20;
    internal const int Einval = 22;
    internal const int Enospc = 28;
    internal const int Erofs = 30;
    internal const int Eloop = 40;
    internal const int Edquot = 122;

    // These two differ between architectures (asm/fcntl.h).
    internal static int NoFollow => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    internal static int DirectoryFlag =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(int descriptor, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchown(int descriptor, uint user, uint group);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(int descriptor, int operation);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int renameat2(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static unsafe partial int statx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc")]
    internal static partial uint geteuid();
}
