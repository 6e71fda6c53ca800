using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>Keys 1 to 4 of a ring, made in generations 1, 3, 5 and 7; the ring is at generation 8.</summary>
public sealed class AuditCoverageTests
{
    private static readonly KeyId[] s_keys =
    [
        .. Enumerable.Range(1, 4).Select(i => KeyId.Derive(i, Given.RingId, Given.Bytes($"kek {i}"))),
    ];

    private static readonly RingHeader s_ring = new(
        Given.RingId,
        8,
        Given.Bytes("previous"),
        Given.Monday,
        [.. s_keys.Select((id, i) => new KekEntry(id, Given.Monday, Given.Monday, i < 3 ? Given.Monday : null, null))],
        [Given.NodeSlot(Given.RingId)]
    );

    private static readonly AuditEntry[] s_life =
    [
        Of(AuditEvent.RingCreated, 1),
        Of(AuditEvent.KeyCreated, 1, 1),
        Of(AuditEvent.TokenReplaced, 2),
        Of(AuditEvent.KeyCreated, 3, 2),
        Of(AuditEvent.KeyCreated, 5, 3),
        Of(AuditEvent.KeyCreated, 7, 4),
        Of(AuditEvent.TokenReplaced, 8),
    ];

    [Fact]
    public void Log_OfTheWholeLife_CoversTheRing() => Assert.True(Judge(s_life).IsWhole);

    [Fact]
    public void Log_OfAnotherRing_CoversNothing()
    {
        var coverage = Judge([.. s_life.Select(e => e with { Ring = Given.OtherRingId })]);
        Assert.Equal((true, 0), (coverage.LacksMaking, coverage.LastGeneration));
        Assert.Equal(s_keys, coverage.KeysWithoutEntry);
        Assert.Equivalent(coverage, Judge([new AuditEntry(AuditEvent.UnlockRefused)]));
    }

    [Fact]
    public void Log_WithoutItsBeginning_LacksTheMakingAndTheFirstKeys()
    {
        var coverage = Judge(s_life[4..]);
        Assert.Equal((true, null), (coverage.LacksMaking, coverage.LastGeneration));
        Assert.Equal(s_keys[..2], coverage.KeysWithoutEntry);
    }

    [Fact]
    public void Log_WithAGap_LacksTheKey()
    {
        var coverage = Judge([.. s_life.Where(e => e.Key is not { Sequence: 2 or 3 })]);
        Assert.Equal((false, null), (coverage.LacksMaking, coverage.LastGeneration));
        Assert.Equal(s_keys[1..3], coverage.KeysWithoutEntry);
    }

    [Theory]
    [InlineData(6, 7, 0)]
    [InlineData(5, 5, 1)]
    [InlineData(3, 2, 3)]
    public void Log_WithoutItsEnd_SaysWhereItEnds(int entries, int last, int keys)
    {
        var coverage = Judge(s_life[..entries]);
        Assert.Equal((false, last), (coverage.LacksMaking, coverage.LastGeneration));
        Assert.Equal(s_keys[^keys..], coverage.KeysWithoutEntry);
    }

    [Fact]
    public void Log_WhereADaemonTellsOfTheGenerationBefore_CoversTheRing() =>
        Assert.True(Judge([.. s_life, Of(AuditEvent.KeyFirstUsed, 7, 4)]).IsWhole);

    [Fact]
    public void Log_OfAMachineThatTheRingWasRestoredOn_CoversTheRing()
    {
        AuditEntry[] restored =
        [
            Of(AuditEvent.KeyCreated, 5, 3),
            Of(AuditEvent.TokenReplaced, 5),
            Of(AuditEvent.Restored, 5),
        ];
        Assert.True(Judge([.. restored, .. s_life[5..]]).IsWhole);
        var gap = Judge([.. restored, s_life[^1]]);
        Assert.False(gap.LacksMaking);
        Assert.Equal([s_keys[3]], gap.KeysWithoutEntry);
    }

    [Fact]
    public void Log_ThatWasWipedBeforeARestore_LacksTheMakingButNoKeyOfTheBackup()
    {
        var coverage = Judge([
            Of(AuditEvent.Unlocked, 4),
            Of(AuditEvent.KeyCreated, 5, 3),
            Of(AuditEvent.Restored, 5),
            .. s_life[5..],
        ]);
        Assert.True(coverage.LacksMaking);
        Assert.Empty(coverage.KeysWithoutEntry);
    }

    [Fact]
    public void Log_WhoseOldestFilesWent_NeedsNeitherTheMakingNorTheirKeys()
    {
        Assert.True(Judge(s_life[4..], firstSequence: 500).IsWhole);
        Assert.True(Judge([s_life[^1]], firstSequence: 500).IsWhole);
        Assert.Equal(7, Judge(s_life[5..6], firstSequence: 500).LastGeneration);
        var gap = Judge([s_life[3], .. s_life[5..]], firstSequence: 500);
        Assert.Equal([s_keys[2]], gap.KeysWithoutEntry);
    }

    [Fact]
    public void NotedEntry_AcceptsWhatItsLogLackedAndNothingAfterIt()
    {
        var coverage = Judge(s_life[4..6]);
        Assert.Equal((true, 7), (coverage.LacksMaking, coverage.LastGeneration));
        var rest = coverage.After(Facts(s_life[4..5]), Given.RingId);
        Assert.False(rest.LacksMaking);
        Assert.Empty(rest.KeysWithoutEntry);
        Assert.Equal(7, rest.LastGeneration);

        var gap = Judge([s_life[4], s_life[6]]);
        Assert.Equal([s_keys[3]], gap.After(Facts([s_life[4]]), Given.RingId).KeysWithoutEntry);
        Assert.Equal(gap.KeysWithoutEntry, gap.After(Facts([]), Given.RingId).KeysWithoutEntry);
    }

    private static AuditCoverage Judge(AuditEntry[] entries, long firstSequence = 1) =>
        AuditCoverage.Of(Facts(entries, firstSequence), s_ring);

    private static AuditFacts Facts(AuditEntry[] entries, long firstSequence = 1) =>
        AuditFacts.Gather(entries.Select((e, i) => new AuditRecord(firstSequence + i, Given.Monday, e, new byte[32])));

    private static AuditEntry Of(AuditEvent what, int generation, int? key = null) =>
        new(what)
        {
            Ring = Given.RingId,
            Generation = generation,
            Key = key is { } k ? s_keys[k - 1] : null,
        };
}
