using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Rotation;

/// <summary>How much room a ring has, and until when: a pure function of the ring, the period and the clock.</summary>
/// <param name="Keys">KEKs that take a place for good: a destroyed one leaves when its place is needed.</param>
/// <param name="Free">Rotations that find room.</param>
/// <param name="FullOn">When a rotation finds none, if one is made in each period from now on; the end of time at the latest.</param>
/// <param name="State">What to make of it.</param>
public sealed record RingRoom(int Keys, int Free, DateTime FullOn, RingRoom.Verdict State)
{
    /// <summary>Enough for a re-encryption, a scan and the default of <c>retention.minimumDays</c>.</summary>
    public static readonly TimeSpan WarnBefore = TimeSpan.FromDays(90);

    /// <summary>What the room means.</summary>
    public enum Verdict
    {
        Enough,

        /// <summary>Full within <see cref="WarnBefore"/>.</summary>
        Scarce,

        /// <summary>No rotation is possible. Restore, an accepted rollback and the removal of a slot are.</summary>
        Full,
    }

    /// <summary>The room of this ring with a KEK every <paramref name="period"/>.</summary>
    public static RingRoom Of(RingHeader ring, TimeSpan period, DateTime now)
    {
        var keys = ring.Keys.Count(k => k.HasMaterial);
        var free = Math.Max(0, RingLimits.Keys - keys);
        // However many periods were missed, it is one rotation: the next is now, where it is overdue.
        var next = RotationPolicy.Due(ring, period) is var due && due > now ? due : now;
        var fullOn = free > (DateTime.MaxValue - next) / period ? DateTime.MaxValue : next + free * period;
        var state =
            free == 0 ? Verdict.Full
            : fullOn - now < WarnBefore ? Verdict.Scarce
            : Verdict.Enough;
        return new RingRoom(keys, free, fullOn, state);
    }
}
