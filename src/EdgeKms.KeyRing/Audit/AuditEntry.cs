using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Audit;

/// <summary>What the caller says of an event. Typed values and <see cref="Detail"/> only: never key material.</summary>
public sealed record AuditEntry(AuditEvent Event)
{
    public RingId? Ring { get; init; }

    /// <summary>Generation that the event made or met, from 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int? Generation
    {
        get;
        init => field = AtLeastOne(value);
    }

    public KeyId? Key { get; init; }

    /// <summary>Slot number, from 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public int? Slot
    {
        get;
        init => field = AtLeastOne(value);
    }

    /// <summary>
    /// A text of ours or an administrator's reason. Longer than <see cref="AuditDetail.MaxCharacters"/> it is cut, not
    /// refused: a long reason must not cost the event. Empty is the same as none.
    /// </summary>
    public string? Detail
    {
        get;
        init => field = AuditDetail.Clip(value);
    }

    /// <summary>An event of a ring's generation, and of one of its keys.</summary>
    public static AuditEntry Of(AuditEvent what, RingHeader ring, KeyId? key = null) =>
        new(what)
        {
            Ring = ring.Id,
            Generation = ring.Generation,
            Key = key,
        };

    private static int? AtLeastOne(int? value)
    {
        if (value is { } number)
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(value));
        return value;
    }
}
