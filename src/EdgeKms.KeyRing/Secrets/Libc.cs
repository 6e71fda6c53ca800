using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace EdgeKms.KeyRing.Secrets;

/// <summary>The memory calls of Linux that .NET lacks (man 2 mmap, mlock, madvise, memfd_secret, prctl, setrlimit).</summary>
internal static partial class Libc
{
    internal const int ProtReadWrite = 0x1 | 0x2;
    internal const int MapShared = 0x01;
    internal const int MapPrivateAnonymous = 0x02 | 0x20;
    internal const int MadvDontDump = 16;
    internal const int MadvWipeOnFork = 18;
    internal const int PrSetDumpable = 4;
    internal const int RlimitCore = 4;
    internal const long SysMemfdSecret = 447; // the same number on x86-64 and arm64
    internal const int CloseOnExec = 0x80000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint mmap(
        nint address,
        nuint length,
        int protection,
        int flags,
        int descriptor,
        long offset
    );

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int munmap(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mlock(nint address, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int madvise(nint address, nuint length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long syscall(long number, long argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(int descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setrlimit(int resource, in (ulong Current, ulong Max) limit);
}
