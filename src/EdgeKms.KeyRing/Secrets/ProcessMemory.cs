namespace EdgeKms.KeyRing.Secrets;

/// <summary>What a process that holds keys forbids before it reads one.</summary>
public static class ProcessMemory
{
    /// <summary>No core dumps (RLIMIT_CORE 0), no ptrace and no /proc/PID/mem for others (PR_SET_DUMPABLE 0).</summary>
    /// <returns>False when the kernel refused one of the two.</returns>
    public static bool ForbidDumps() =>
        Libc.setrlimit(Libc.RlimitCore, (0, 0)) == 0 & Libc.prctl(Libc.PrSetDumpable, 0, 0, 0, 0) == 0;
}
