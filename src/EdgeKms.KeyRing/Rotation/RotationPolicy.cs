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

    /// <summary>The verdict for <paramref name="now"/>; <paramref name="lastSeen"/> is the checkpoint's date, if any.</summary>
    public static RotationAdvice Advise(RingHeader ring, TimeSpan period, DateTime now, DateTime? lastSeen)
    {
        if (lastSeen is { } seen && now < seen)
            return RotationAdvice.ClockBehind;
        return now >= Due(ring, period) ? RotationAdvice.Rotate : RotationAdvice.Wait;
    }
}
