using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Audit;

/// <summary>
/// What a log remembers of rings and keys. Nobody signs a log: these facts may warn and may refuse, but never allow and never
/// set a number.
/// </summary>
/// <param name="Entries">Entries that were read.</param>
/// <param name="FirstSequence">Of the oldest kept entry; 0 where there is none.</param>
/// <param name="Rings">The rings that the entries name.</param>
/// <param name="Last">The ring that the newest entry with a ring names; null where none does.</param>
public sealed record AuditFacts(
    long Entries,
    long FirstSequence,
    IReadOnlyDictionary<RingId, AuditedRing> Rings,
    RingId? Last = null
)
{
    /// <summary>False once the oldest files went to make room: what happened before is no longer told.</summary>
    public bool IsFromTheStart => FirstSequence <= 1;

    /// <param name="oldestFirst">Read once, one by one; nothing of it is kept but ids and numbers.</param>
    public static AuditFacts Gather(IEnumerable<AuditRecord> oldestFirst)
    {
        var rings = new Dictionary<RingId, AuditedRing>();
        var (entries, first) = (0L, 0L);
        RingId? last = null;
        foreach (var record in oldestFirst)
        {
            if (entries++ == 0)
                first = record.Sequence;
            if (record.Entry.Ring is not { } id)
                continue;
            if (!rings.TryGetValue(id, out var ring))
                rings.Add(id, ring = new AuditedRing(id));
            ring.Take(record.Entry);
            last = id;
        }
        return new AuditFacts(entries, first, rings, last);
    }

    /// <summary>Null where no entry names this ring.</summary>
    public AuditedRing? Of(RingId ring) => Rings.GetValueOrDefault(ring);
}
