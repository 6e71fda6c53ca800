using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The node's high-water mark.</summary>
internal static class CheckpointChecks
{
    /// <summary>A daemon marks the time once a day.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromDays(2);

    internal static readonly Check Authentic = new(
        "EK-MARK-001",
        "the checkpoint is present, authentic and names the newest generation",
        "The checkpoint finds an older ring that was put back. An older ring lacks keys that stored objects may need, so "
            + "edgekmsd refuses to start with one.",
        CanStop: true,
        CanLose: true,
        IsAuthentic
    );

    internal static readonly Check Seen = new(
        "EK-MARK-002",
        "a running daemon has marked the time within two days",
        "The daemon can't write its state directory, or its loop stands still: it won't rotate either.",
        CanStop: false,
        CanLose: false,
        IsRecent
    );

    private static Finding IsAuthentic(Machine machine)
    {
        if (machine.Newest is not { } newest)
            return Authentic.Skip(Machine.NoRing);
        var verdict = machine.Verdict;
        var (file, mark) = (machine.Survey!.CheckpointFile, machine.Survey.Checkpoint);
        // With a limit for offline days nobody knows how long the machine was off.
        var locks = machine.Settings.LockAfterOfflineDays > 0;
        if (verdict.Case is RingCase.RolledBack or RingCase.OtherRing)
            return Authentic.Fail(verdict.Text, machine.Next, stops: true, loses: true);
        if (file is null)
            return Authentic.Warn("the checkpoint is missing", machine.Next!, stops: locks);
        if (mark is not null && Contradiction.Of(newest.Header, newest.Digest, mark) is { } contradiction)
            return Authentic.Fail(contradiction.Text, machine.Next, stops: true, loses: verdict.CanLoseData);
        if (mark is null || machine.Opened is { CheckpointIsWhole: false })
            return Authentic.Warn("the checkpoint is damaged", machine.Next!, stops: locks);
        if (ServingPolicy.IsMarkBehind(newest.Header, mark))
        {
            return Authentic.Warn(
                Invariant(
                    $"the checkpoint names generation {mark.Generation}, the newest is {newest.Header.Generation}"
                ),
                machine.Next ?? "edgekms repair"
            );
        }
        var proof = machine.Opened is null ? " (not authenticated: the ring is sealed)" : "";
        return Authentic.Pass(Invariant($"the checkpoint names generation {mark.Generation}{proof}"));
    }

    private static Finding IsRecent(Machine machine)
    {
        if (machine.Daemon is null)
            return Seen.Skip("no daemon runs");
        if (machine.Seen is not { } seen)
            return Seen.Skip("there is no whole checkpoint: see EK-MARK-001");
        var text = $"last time seen {UtcText.Format(seen)}";
        return machine.Now - seen > LongestSilence ? Seen.Warn(text, "journalctl -u edgekmsd -n 50") : Seen.Pass(text);
    }
}
