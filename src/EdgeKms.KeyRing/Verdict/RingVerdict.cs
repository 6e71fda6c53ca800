using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>The one thing that is said of a machine's ring.</summary>
/// <param name="Case">What is the matter.</param>
/// <param name="Code">The error code of the same; null where nothing is wrong with the ring.</param>
/// <param name="Text">What happened, with paths: lower case, no full stop.</param>
/// <param name="StopsApiServer">kube-apiserver can't use its Secrets, now or after the next start.</param>
/// <param name="CanLoseData">Secrets may become unreadable for good.</param>
/// <param name="Ways">The ways out, the best one first; empty where there is nothing to do.</param>
public sealed record RingVerdict(
    RingCase Case,
    ErrorCode? Code,
    string Text,
    bool StopsApiServer,
    bool CanLoseData,
    IReadOnlyList<WayOut> Ways
)
{
    /// <summary>
    /// False while memory holds what the disk does not: a restart of the daemon would lose it, or leave the API server without a
    /// provider. Everything that advises a restart asks this first.
    /// </summary>
    public bool MayRestart =>
        Case
            is RingCase.Healthy
                or RingCase.RestoredNotTaken
                or RingCase.Unmarked
                or RingCase.ReadOnly
                or RingCase.SelfTestFailed
                or RingCase.Unreadable
                or RingCase.ClockBehind
                or RingCase.Stopped;

    /// <summary>The first way out, as a hint: <c>run "edgekms repair"</c>; null where there is nothing to do.</summary>
    public string? Hint => Ways is [] ? null : string.Join("; ", Ways.Select(w => w.Hint));
}

/// <summary>One way out.</summary>
/// <param name="Command">To be typed as it stands; null where a person must act first.</param>
/// <param name="Why">What it does, or what must be done first; fits behind "edgekms repair: ".</param>
public sealed record WayOut(string? Command, string Why)
{
    public string Hint => Command is null ? Why : $"run \"{Command}\": {Why}";

    /// <summary>The file system of a path, which is seldom the mount point that mount asks for.</summary>
    public static WayOut Remount(string path) =>
        new(
            $"mount -o remount,rw $(findmnt -n -o TARGET --target {BackupChoice.Paste(path)})",
            "look for disk errors in the kernel's log first (journalctl -k)"
        );
}
