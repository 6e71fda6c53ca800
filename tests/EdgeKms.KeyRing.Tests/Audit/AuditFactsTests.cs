using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Tests.Audit;

public sealed class AuditFactsTests
{
    private static readonly KeyId[] s_keys =
    [
        .. Enumerable.Range(1, 3).Select(i => KeyId.Derive(i, Given.RingId, Given.Bytes($"kek {i}"))),
    ];

    [Fact]
    public void Gather_OfNoEntry_KnowsNoRing()
    {
        var facts = new AuditBed().Log.Facts();
        Assert.Equal((0, 0, true), (facts.Entries, facts.FirstSequence, facts.IsFromTheStart));
        Assert.Empty(facts.Rings);
        Assert.Null(facts.Of(Given.RingId));
    }

    [Fact]
    public void Gather_OfTwoRings_KeepsThemApart()
    {
        var bed = new AuditBed();
        Append(bed, Of(AuditEvent.RingCreated, 1), Of(AuditEvent.KeyCreated, 1, 1));
        Append(bed, new AuditEntry(AuditEvent.UnlockRefused), Of(AuditEvent.KeyCreated, 7, 2));
        Append(bed, Of(AuditEvent.KeyFirstUsed, 6, 3), Of(AuditEvent.KeyCreated, null, 3));
        Append(bed, Of(AuditEvent.Restored, 9) with { Ring = Given.OtherRingId });

        var facts = bed.Log.Facts();
        Assert.Equal((7, 1, true), (facts.Entries, facts.FirstSequence, facts.IsFromTheStart));
        Assert.Equal([Given.RingId, Given.OtherRingId], facts.Rings.Keys);

        var ring = facts.Of(Given.RingId)!;
        Assert.True(ring.IsMadeHere);
        Assert.Equal((1, 7, 6), (ring.LowestGeneration, ring.HighestGeneration, ring.LastGeneration));
        Assert.Equal(s_keys, ring.Keys.OrderBy(k => k.Sequence));
        Assert.Equal([(s_keys[0], 1), (s_keys[1], 7), (s_keys[2], 0)], ring.Created.Select(c => (c.Key, c.Value)));
        Assert.Empty(ring.Restored);

        var other = facts.Of(Given.OtherRingId)!;
        Assert.False(other.IsMadeHere);
        Assert.Equal([9], other.Restored);
        Assert.Empty(other.Keys);
    }

    [Fact]
    public void Gather_OfALogWhoseOldestFileWent_IsNotFromTheStart()
    {
        var facts = AuditBed.OfFiles(AuditLog.KeptFiles + 1).Log.Facts();
        Assert.Equal((AuditLog.KeptFiles, 2, false), (facts.Entries, facts.FirstSequence, facts.IsFromTheStart));
    }

    [Fact]
    public void Gather_WithLinesThatCannotBeRead_LeavesThemOut()
    {
        var bed = new AuditBed().Append(2);
        bed.PutLines(1, [bed.Lines(1)[0], "x\n", bed.Lines(1)[1], "{\"seq\""]);
        Assert.Equal(2, bed.Log.Facts().Entries);
    }

    private static AuditEntry Of(AuditEvent what, int? generation, int? key = null) =>
        new(what)
        {
            Ring = Given.RingId,
            Generation = generation,
            Key = key is { } k ? s_keys[k - 1] : null,
        };

    private static void Append(AuditBed bed, params AuditEntry[] entries) => Assert.True(bed.Log.TryAppend(entries));
}
