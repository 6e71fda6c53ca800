using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Audit;

/// <summary>
/// What a whole log doesn't tell of a ring's life: a chain proves only what is in it. One that somebody removed begins anew with
/// number 1, and is whole.
/// </summary>
/// <param name="LacksMaking">
/// The log begins neither with the making of the ring nor with the restore that brought it to this machine.
/// </param>
/// <param name="KeysWithoutEntry">Keys of the ring whose making no entry tells of, ascending.</param>
/// <param name="LastGeneration">
/// The highest generation that is told where the ring is further; 0 where no entry names the ring; null where nothing is
/// missing at the end.
/// </param>
public sealed record AuditCoverage(bool LacksMaking, IReadOnlyList<KeyId> KeysWithoutEntry, int? LastGeneration)
{
    public bool IsWhole => !LacksMaking && KeysWithoutEntry.Count == 0 && LastGeneration is null;

    /// <summary>Judges a log by the header of the ring that is there.</summary>
    /// <param name="facts">Of all kept entries.</param>
    /// <param name="ring">Read before the log, or under the write lock: a change is told after it was made.</param>
    public static AuditCoverage Of(AuditFacts facts, RingHeader ring)
    {
        var keys = ring.Keys.Select(k => k.Id);
        if (facts.Of(ring.Id) is not { } told)
            return new AuditCoverage(LacksMaking: true, [.. keys], LastGeneration: 0);
        var begins =
            told.IsMadeHere
            || !facts.IsFromTheStart
            || (told.LowestGeneration is { } lowest && told.Restored.Contains(lowest));
        var before = FirstToldKey(facts, told, ring);
        return new AuditCoverage(
            !begins,
            [.. keys.Where(k => k.Sequence >= before && !told.Created.ContainsKey(k))],
            (told.HighestGeneration ?? 0) < ring.Generation ? told.HighestGeneration ?? 0 : null
        );
    }

    /// <summary>
    /// What is missing after a noted entry: what was missing before it, an administrator has seen who noted it. A key was
    /// made before it where an entry up to there names a later one.
    /// </summary>
    /// <param name="noted">Of the entries up to the noted one.</param>
    /// <param name="ring">The ring that was judged.</param>
    public AuditCoverage After(AuditFacts noted, RingId ring)
    {
        var known = noted.Of(ring)?.Keys.Select(k => k.Sequence).DefaultIfEmpty(0).Max() ?? 0;
        return this with
        {
            LacksMaking = false,
            KeysWithoutEntry = [.. KeysWithoutEntry.Where(k => k.Sequence > known)],
        };
    }

    /// <summary>
    /// The sequence from which keys need an entry of their own. Those of before came with a backup: the restore, which makes
    /// a key, is their entry. Where the oldest files went to make room, theirs went too.
    /// </summary>
    private static int FirstToldKey(AuditFacts facts, AuditedRing told, RingHeader ring)
    {
        int FirstOf(int generation, int otherwise) =>
            told.Created.Where(c => c.Value >= generation).Select(c => c.Key.Sequence).DefaultIfEmpty(otherwise).Min();
        var restored = told
            .Restored.Select(generation => FirstOf(generation, ring.Keys[^1].Id.Sequence))
            .DefaultIfEmpty(0)
            .Max();
        return facts.IsFromTheStart ? restored : Math.Max(restored, FirstOf(0, int.MaxValue));
    }
}
