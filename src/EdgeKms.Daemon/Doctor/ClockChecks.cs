using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The wall clock, by which keys rotate.</summary>
internal static class ClockChecks
{
    private const int Unsynchronised = 0x40; // STA_UNSYNC, linux/timex.h

    /// <summary>A machine may lie in a drawer for a year; a clock two years ahead is rather wrong.</summary>
    private static readonly TimeSpan FarAhead = TimeSpan.FromDays(730);

    internal static readonly Check AgainstTheRing = new(
        "EK-CLOCK-001",
        "the clock is neither behind the last time seen nor years ahead of the ring's dates",
        "A clock that is behind rotates nothing and refuses nothing. One that is ahead rotates early, writes dates of the "
            + "future, and node.lockAfterOfflineDays may lock the node.",
        CanStop: true,
        CanLose: false,
        IsPlausible
    );

    internal static readonly Check Synchronised = new(
        "EK-CLOCK-002",
        "the kernel says that the clock is synchronised (NTP)",
        "The clock may drift. A machine without a network has to live with that: minutes don't matter, months do.",
        CanStop: false,
        CanLose: false,
        _ => OfKernel(KernelCalls.ClockStatus())
    );

    private static Finding IsPlausible(Machine machine)
    {
        if (machine.Header is not { } header)
            return AgainstTheRing.Skip(Machine.NoRing);
        var now = UtcText.Format(machine.Now);
        if (machine.Seen is { } seen && machine.Now < seen)
        {
            return AgainstTheRing.Warn(
                $"the clock says {now}, but this machine has seen {UtcText.Format(seen)}",
                machine.Verdict.Case == RingCase.ClockBehind ? machine.Next! : "timedatectl status"
            );
        }
        var newest = machine.Seen is { } mark && mark > header.Written ? mark : header.Written;
        if (machine.Now - newest <= FarAhead)
            return AgainstTheRing.Pass($"the clock says {now}");
        var days = machine.Settings.LockAfterOfflineDays;
        return AgainstTheRing.Warn(
            Invariant(
                $"the clock says {now}, {(int)(machine.Now - newest).TotalDays} days after the newest date of the ring"
            ),
            "timedatectl status",
            stops: days > 0 && machine.Now - newest > TimeSpan.FromDays(days)
        );
    }

    /// <param name="status">The status bits of adjtimex(2); null where the kernel refused.</param>
    internal static Finding OfKernel(int? status) =>
        status is not { } bits ? Synchronised.Skip("the kernel does not say")
        : (bits & Unsynchronised) == 0 ? Synchronised.Pass("the clock is synchronised")
        : Synchronised.Warn("the clock is not synchronised", "timedatectl timesync-status");
}
