namespace EdgeKms.EndToEnd.Tests.Rescue;

/// <summary>What happens to a machine that serves, in the words of a shell.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Case">The verdict on it: the walk must begin with this accident, not with another.</param>
/// <param name="Happens">The commands.</param>
internal sealed record Accident(string Name, string Case, params string[] Happens)
{
    private const string Stop = "systemctl stop edgekmsd";

    /// <summary>True where the daemon's memory has the only copy: then nobody may be told to restart it.</summary>
    internal bool IsInMemoryOnly => Case.StartsWith("held-", StringComparison.Ordinal);

    /// <summary>Each has a way out that loses nothing; the machine has a backup folder.</summary>
    internal static IReadOnlyList<Accident> All { get; } =
    [
        // The daemon serves on.
        new("state directory wiped", "held-only", "rm -rf $STATE"),
        new("state directory moved away", "held-only", "mv $STATE $KEPT"),
        new("state directory unmounted", "held-only", "mv $STATE $KEPT; mkdir -m 700 $STATE"),
        new("ring directory deleted", "held-only", "rm -r $RING"),
        new("ring, token and checkpoint deleted", "held-only", "rm -r $RING $STATE/node-token $STATE/checkpoint"),
        new("newest generation deleted", "held-newer", "rm $(ls $RING/ring-* | tail -n 1)"),
        new("newest generation damaged", "held-newer", "turn-a-bit"),
        new("every generation emptied", "held-newer", "for f in $RING/ring-*; do : >$f; done"),
        new("newest generation and token deleted", "held-newer", "rm $(ls $RING/ring-* | tail -n 1) $STATE/node-token"),
        new("another ring put in its place", "held-other", "mv $RING $KEPT; cp -a $KEPT/other/ring $RING"),
        new("node token deleted", "served-sealed", "rm $STATE/node-token"),
        new("node token damaged", "served-sealed", "turn-a-bit $STATE/node-token"),
        new("checkpoint deleted", "unmarked", "rm $STATE/checkpoint"),
        new("checkpoint damaged", "unmarked", "turn-a-bit $STATE/checkpoint"),
        new("stray generation 99999999", "stray", "install -m 600 /dev/null $RING/ring-99999999"),
        new("stray generation 99999998", "stray", "install -m 600 /dev/null $RING/ring-99999998"),
        new(
            "checkpoint of generation 99999998",
            "unmarked",
            "sed -i 's/^generation .*/generation 99999998/' $STATE/checkpoint"
        ),
        new("files open to others", "not-private", "chmod 755 $STATE $RING; chmod 644 $RING/*"),
        // The daemon is stopped.
        new("stopped", "stopped", Stop),
        new("killed", "stopped", "systemctl kill edgekmsd"),
        new("stopped; state directory wiped", "lost", Stop, "rm -rf $STATE"),
        new("stopped; state directory unmounted", "lost", Stop, "mv $STATE $KEPT; mkdir -m 700 $STATE"),
        new("stopped; all but the audit log deleted", "lost", Stop, "cd $STATE && rm -r ring node-token checkpoint"),
        new("stopped; newest generation damaged after slot add", "damaged", "edgekms slot add", Stop, "turn-a-bit"),
        new("stopped; newest generation damaged after rotation", "damaged-last-key", Stop, "turn-a-bit"),
        new("stopped; newest generation deleted", "rolled-back", Stop, "rm $(ls $RING/ring-* | tail -n 1)"),
        new("stopped; every generation emptied", "damaged-last-key", Stop, "for f in $RING/ring-*; do : >$f; done"),
        new("stopped; node token deleted", "sealed", Stop, "rm $STATE/node-token"),
        new("stopped; node token damaged", "sealed", Stop, "turn-a-bit $STATE/node-token"),
        new("stopped; node token and checkpoint deleted", "sealed", Stop, "rm $STATE/node-token $STATE/checkpoint"),
        new("stopped; checkpoint deleted", "unmarked", Stop, "rm $STATE/checkpoint"),
        new("stopped; checkpoint damaged", "unmarked", Stop, "turn-a-bit $STATE/checkpoint"),
        new("stopped; stray generation 99999999", "stray", Stop, "install -m 600 /dev/null $RING/ring-99999999"),
        new("stopped; stray generation 99999998", "stray", Stop, "install -m 600 /dev/null $RING/ring-99999998"),
        new(
            "stopped; checkpoint of generation 99999998",
            "unmarked",
            Stop,
            "sed -i 's/^generation .*/generation 99999998/' $STATE/checkpoint"
        ),
        new("stopped; files open to others", "not-private", Stop, "chmod 755 $STATE $RING; chmod 644 $RING/*"),
        new("stopped; checkpoint of another ring", "other-ring", Stop, "cp $KEPT/other/checkpoint $STATE/checkpoint"),
        new(
            "stopped; another ring and its token put in place",
            "other-ring",
            Stop,
            "rm -r $RING $STATE/node-token; cp -a $KEPT/other/ring $RING; cp -a $KEPT/other/node-token $STATE/node-token"
        ),
        new("stopped; older ring put back, checkpoint deleted", "rolled-back", Stop, PutBack, "rm $STATE/checkpoint"),
        new(
            "stopped; older ring put back, checkpoint and audit log deleted",
            "rolled-back",
            Stop,
            PutBack,
            "rm -r $STATE/checkpoint $STATE/audit"
        ),
        // Started again with what is there: the daemon waits, or serves what it should not.
        new("restarted; state directory wiped", "lost", Stop, "rm -rf $STATE", Start),
        new("restarted; newest generation damaged", "damaged-last-key", Stop, "turn-a-bit", Start),
        new("restarted; node token deleted", "sealed", Stop, "rm $STATE/node-token", Start),
        new(
            "restarted; stray generation 99999999",
            "stray",
            Stop,
            "install -m 600 /dev/null $RING/ring-99999999",
            Start
        ),
        new(
            "restarted; older ring put back, checkpoint deleted",
            "rolled-back",
            Stop,
            PutBack,
            "rm $STATE/checkpoint",
            Start
        ),
        new(
            "restarted; older ring put back, checkpoint and audit log deleted",
            "rolled-back",
            Stop,
            PutBack,
            "rm -r $STATE/checkpoint $STATE/audit",
            Start
        ),
    ];

    private const string Start = "systemctl start edgekmsd";

    /// <summary>As an image of the disk from before the rotation would.</summary>
    internal const string PutBack =
        "rm -r $RING $STATE/node-token; cp -a $KEPT/before/ring $RING; cp -a $KEPT/before/node-token $STATE/node-token";

    public override string ToString() => Name;
}
