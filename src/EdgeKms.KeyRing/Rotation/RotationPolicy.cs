using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Rotation;

/// <summary>When a KEK is due: a pure function of the ring, the clock and the last time seen. Somebody else acts.</summary>
public static class RotationPolicy
{
    /// <summary>When the active KEK is due.</summary>
    public static DateTime Due(RingHeader ring, TimeSpan period) =>
        (ring.Active.Activated ?? ring.Active.Created) is var since && DateTime.MaxValue - since > period
            ? since + period
            : DateTime.MaxValue;

    /// <summary>
    /// Whether the last time seen has to be written: once a day. Not without a mark: one that was lost is shown, and written by a repair
    /// or the next change of the ring.
    /// </summary>
    public static bool IsMarkDue(DateTime? lastSeen, DateTime now) =>
        lastSeen is { } seen && now - seen >= TimeSpan.FromDays(1);

    /// <summary>The verdict for <paramref name="now"/>; <paramref name="lastSeen"/> is the checkpoint's date, if any.</summary>
    public static RotationAdvice Advise(RingHeader ring, TimeSpan period, DateTime now, DateTime? lastSeen)
    {
        if (lastSeen is { } seen && now < seen)
            return RotationAdvice.ClockBehind;
        return now >= Due(ring, period) ? RotationAdvice.Rotate : RotationAdvice.Wait;
    }
}
