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

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
