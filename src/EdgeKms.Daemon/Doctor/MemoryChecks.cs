using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>Ways from the daemon's memory to a disk.</summary>
internal static class MemoryChecks
{
    private const string CorePattern = "/proc/sys/kernel/core_pattern";
    private const string CoreLimit = "Max core file size";

    internal static readonly Check CoreDumps = new(
        "EK-MEM-001",
        "the daemon can't write a core dump",
        "A crash would write the daemon's memory, and traces of keys with it, to a disk.",
        CanStop: false,
        CanLose: false,
        OfDaemon
    );

    internal static readonly Check Swap = new(
        "EK-MEM-002",
        "memory is not swapped to an unencrypted disk",
        "Keys lie in memory that the kernel does not swap, as far as it grants that; copies that the crypto library makes "
            + "for one call may reach the disk.",
        CanStop: false,
        CanLose: false,
        _ => OfSwaps(File.ReadAllText("/proc/swaps"), IsEncrypted, KernelCalls.HasSecretMemory())
    );

    private static Finding OfDaemon(Machine machine)
    {
        if (machine.Daemon?.Daemon is not { Pid: var pid })
            return CoreDumps.Skip("no daemon runs");
        var limits = Invariant($"/proc/{pid}/limits");
        return File.Exists(limits)
            ? OfLimits(File.ReadAllText(limits), File.ReadAllText(CorePattern).Trim())
            : CoreDumps.Skip(Invariant($"the daemon's process {pid} can't be seen: it may run in a container"));
    }

    /// <param name="limits">/proc/PID/limits of the daemon.</param>
    /// <param name="pattern">/proc/sys/kernel/core_pattern.</param>
    internal static Finding OfLimits(string limits, string pattern)
    {
        var line = limits.Split('\n').FirstOrDefault(l => l.StartsWith(CoreLimit, StringComparison.Ordinal));
        var soft = line?[CoreLimit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        // A pattern that begins with | starts a program, which the limit does not hold back; PR_SET_DUMPABLE 0 does.
        var where = pattern.StartsWith('|') ? $"the program {pattern[1..].Split(' ')[0]}" : $"\"{pattern}\"";
        return soft switch
        {
            null => CoreDumps.Skip("the kernel does not say"),
            "0" => CoreDumps.Pass($"core dumps of the daemon are off; those of others go to {where}"),
            _ => CoreDumps.Warn(
                $"the daemon's core file size is {soft}; dumps go to {where}",
                "set LimitCORE=0 in the unit, then: systemctl restart edgekmsd"
            ),
        };
    }

    /// <param name="swaps">/proc/swaps.</param>
    /// <param name="isEncrypted">Whether a device is encrypted.</param>
    /// <param name="hasSecretMemory">Whether the kernel has memfd_secret.</param>
    internal static Finding OfSwaps(string swaps, Func<string, bool> isEncrypted, bool hasSecretMemory)
    {
        var keys = hasSecretMemory
            ? "keys lie in secret memory (memfd_secret)"
            : "keys lie in locked memory: this kernel has no memfd_secret";
        var devices = swaps
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(l => l.Split([' ', '\t'])[0])
            .ToList();
        if (devices.Count == 0)
            return Swap.Pass($"there is no swap; {keys}");
        // zram is compressed memory.
        var open = devices.Where(d => !d.StartsWith("/dev/zram", StringComparison.Ordinal) && !isEncrypted(d)).ToList();
        return open.Count == 0
            ? Swap.Pass($"swap is encrypted or in memory: {string.Join(", ", devices)}; {keys}")
            : Swap.Warn($"not known to be encrypted: swap on {string.Join(", ", open)}; {keys}", "swapoff -a");
    }

    /// <summary>A device-mapper device of cryptsetup says so in its uuid.</summary>
    private static bool IsEncrypted(string device)
    {
        var uuid = Path.Combine("/sys/class/block", Path.GetFileName(device), "dm/uuid");
        return File.Exists(uuid) && File.ReadAllText(uuid).StartsWith("CRYPT-", StringComparison.Ordinal);
    }
}
