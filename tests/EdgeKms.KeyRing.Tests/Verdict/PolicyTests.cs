using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Verdict;
using static EdgeKms.KeyRing.Tests.Verdict.KnownMachine;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>What repair, restore, init and the daemon may do.</summary>
public sealed class PolicyTests
{
    [Theory]
    [InlineData(RingCase.RolledBack)]
    [InlineData(RingCase.OtherRing)]
    [InlineData(RingCase.DamagedLastKey)]
    public void Repair_BehindTheLastKey_NeedsAReason(RingCase which)
    {
        var verdict = Judge.Of(JudgeTests.Situations.First(s => s.Case == which).Survey);

        Assert.Equal(RepairStep.Refuse, RepairPolicy.Of(verdict, acceptsRollback: false));
        Assert.Equal(RepairStep.CarryOn, RepairPolicy.Of(verdict, acceptsRollback: true));
    }

    [Theory]
    [InlineData(RingCase.HeldOnly)]
    [InlineData(RingCase.HeldNewer)]
    [InlineData(RingCase.HeldOther)]
    [InlineData(RingCase.ServedSealed)]
    public void Repair_WhileMemoryHasTheRing_WritesThatAlsoWithAReason(RingCase which)
    {
        var verdict = Judge.Of(JudgeTests.Situations.First(s => s.Case == which).Survey);

        Assert.Equal(RepairStep.Persist, RepairPolicy.Of(verdict, acceptsRollback: false));
        Assert.Equal(RepairStep.Persist, RepairPolicy.Of(verdict, acceptsRollback: true));
    }

    [Fact]
    public void CarryOn_WithTheLastKey_NeedsNoReasonAndGoesAboveWhatIsAuthentic()
    {
        var choice = CarryOn.From(
            new OpenedGeneration(Header(2, keys: 3), true),
            Whole() with
            {
                Mark = Mark(3),
            },
            [2, 5]
        );

        Assert.Equal((null, 5), (choice.Refusal, choice.Above));
    }

    [Fact]
    public void CarryOn_WithoutTheLastKey_IsRefusedByName()
    {
        var choice = CarryOn.From(new OpenedGeneration(Header(2), true), Whole(), [2]);

        Assert.Contains($"it lacks {Key(3)}, the key that was used last", choice.Refusal);
        Assert.Equal(3, choice.Above);
    }

    [Fact]
    public void CarryOn_WithACheckpointThatNobodyProved_IsRefused() =>
        Assert.Contains("no checkpoint", CarryOn.From(new OpenedGeneration(Header(3), false), Whole(), [3]).Refusal);

    [Fact]
    public void CarryOn_WhereTheLogTellsOfALaterKey_IsRefused() =>
        Assert.Contains(
            $"lacks {Key(4)}",
            CarryOn.From(new OpenedGeneration(Header(3), true), Whole() with { Audit = LogOf(4) }, [3]).Refusal
        );

    [Fact]
    public void CarryOn_WhileADaemonServesALaterOne_GoesAboveIt() =>
        Assert.Equal(
            9,
            CarryOn.From(new OpenedGeneration(Header(3), true), Served() with { Held = Held(9) }, []).Above
        );

    [Theory]
    [InlineData("the same keys", 3, null)]
    [InlineData("an older backup", 2, "the backup lacks")]
    [InlineData("served", 2, "the backup lacks")]
    [InlineData("checkpoint alone", 2, "the key that this machine used last")]
    [InlineData("log alone", 2, "the key that this machine used last")]
    [InlineData("bare", 1, null)]
    [InlineData("another ring", 3, "another key ring")]
    [InlineData("another ring is served", 3, "serves another key ring")]
    [InlineData("damaged newest of other keys", 3, null)]
    public void Restore_OfABackup_IsRefusedExactlyWhereAKeyWouldBeLost(string where, int generation, string? refusal)
    {
        var survey = where switch
        {
            "bare" => Bare,
            "served" => Served() with { Generations = [] },
            "checkpoint alone" => Bare with { Mark = Mark(3) },
            "log alone" => Bare with { Audit = LogOf(3) },
            "another ring" => Whole() with
            {
                Generations = [File(3, ring: Given.OtherRingId)],
                Mark = Mark(3, ring: Given.OtherRingId),
            },
            "another ring is served" => Bare with { Held = Held(3, Given.OtherRingId) },
            "damaged newest of other keys" => Whole() with
            {
                Generations = [File(4, Proof.Disproven, keys: 9), File(3)],
            },
            _ => Whole(),
        };

        var found = RestorePolicy.Refuse(survey, Header(generation));

        if (refusal is null)
            Assert.Null(found);
        else
            Assert.Contains(refusal, found);
    }

    [Fact]
    public void Restore_OfFewerSlotsButEveryKey_IsNotRefused() =>
        Assert.Null(
            RestorePolicy.Refuse(
                Whole(4) with
                {
                    Generations = [File(4, keys: 3)],
                    Mark = SurveyedMark.None,
                },
                Header(3)
            )
        );

    [Fact]
    public void Serving_WhatIsOnDisk_IsTakenOnlyWhereNothingAnnouncedIsLost()
    {
        var held = Held(2);
        Assert.Equal(TakeOver.Take, ServingPolicy.Of(null, Header(1), Digest(1), false));
        Assert.Equal(TakeOver.Same, ServingPolicy.Of(held, Header(2), Digest(2), false));
        Assert.Equal(TakeOver.Take, ServingPolicy.Of(held, Header(3), Digest(3), false));
        Assert.Equal(TakeOver.RefuseOlder, ServingPolicy.Of(held, Header(1), Digest(1), false));
        Assert.Equal(TakeOver.RefuseOlder, ServingPolicy.Of(held, Header(2), Digest(9), false));
        Assert.Equal(TakeOver.RefuseLacking, ServingPolicy.Of(held, Header(3, keys: 1), Digest(3), false));
        Assert.Equal(
            TakeOver.RefuseOtherRing,
            ServingPolicy.Of(held, Header(9, ring: Given.OtherRingId), Digest(9), false)
        );
        Assert.Equal(TakeOver.Take, ServingPolicy.Of(held, Header(3, keys: 1), Digest(3), isChosen: true));
        Assert.Equal(
            TakeOver.Take,
            ServingPolicy.Of(held, Header(1, ring: Given.OtherRingId), Digest(1), isChosen: true)
        );
    }

    [Fact]
    public void InTheWay_OfARing_IsWhatNobodyAuthenticatedAndWhatIsAnothers()
    {
        var survey = Whole() with
        {
            Generations =
            [
                Damaged(9),
                File(5, ring: Given.OtherRingId),
                File(4),
                File(2, ring: Given.OtherRingId),
                File(1),
            ],
        };

        Assert.Equal([9, 5, 2], InTheWay.Of(survey, Given.RingId, 4).OrderDescending());
        Assert.Equal([9, 4, 1], InTheWay.Of(survey, Given.OtherRingId, 5).OrderDescending());
    }

    [Fact]
    public void InTheWay_ANodeToken_IsOneThatMayBeAnothers()
    {
        Assert.False(InTheWay.IsToken(Whole(), Given.RingId));
        Assert.True(InTheWay.IsToken(Whole(), Given.OtherRingId));
        Assert.True(InTheWay.IsToken(Whole() with { Generations = [] }, Given.RingId));
        Assert.False(InTheWay.IsToken(Served() with { Generations = [] }, Given.RingId));
        Assert.False(InTheWay.IsToken(Bare, Given.RingId));
    }

    [Fact]
    public void Announcing_AnUnmarkedGeneration_IsForADaemonThatServesNothingYet()
    {
        Assert.True(ServingPolicy.MayAnnounce(isMarked: true, servesAnother: true));
        Assert.True(ServingPolicy.MayAnnounce(isMarked: false, servesAnother: false));
        Assert.False(ServingPolicy.MayAnnounce(isMarked: false, servesAnother: true));
    }

    [Fact]
    public void Encrypt_WithTheKeyThatWasAnnounced_UsesItUntilItIsGone()
    {
        var ring = Given.RingOfEveryState();

        Assert.Equal(ring.Header.Keys[1], ServingPolicy.EncryptsWith(ring, ring.Header.Keys[1]));
        Assert.Equal(ring.Active, ServingPolicy.EncryptsWith(ring, ring.Header.Keys[0])); // destroyed
        Assert.Equal(ring.Active, ServingPolicy.EncryptsWith(ring, Header(9).Keys[8]));
        Assert.Equal(ring.Active, ServingPolicy.EncryptsWith(ring, null));
    }

    [Fact]
    public void Serving_AnUnmarkedRing_IsRefusedWhereTheLogKnowsALaterOne()
    {
        Assert.Null(ServingPolicy.RefuseUnmarked(Header(3), LogOf(3)));
        Assert.Null(ServingPolicy.RefuseUnmarked(Header(3), null));
        Assert.NotNull(ServingPolicy.RefuseUnmarked(Header(2), LogOf(3)));
        // The same generation number on another line of keys.
        Assert.NotNull(ServingPolicy.RefuseUnmarked(Header(3, keys: 2), LogOf(3)));
    }

    [Theory]
    [MemberData(nameof(JudgeTests.Rows), MemberType = typeof(JudgeTests))]
    public void Init_InEachSituation_IsRefusedUnlessTheMachineIsBare(
        string name,
        RingCase which,
        string? first,
        bool stops,
        bool loses
    )
    {
        _ = (first, stops, loses);
        var survey = JudgeTests.Situations.Single(s => s.Name == name).Survey;
        var verdict = Judge.Of(survey);

        Assert.Equal(which == RingCase.Bare, InitRefusal.Of(survey, verdict, hasReason: false) is null);
        // A reason goes past what remembers a ring, never over one that is there.
        var isGone = survey.Problem is null && survey.Generations.Count == 0;
        Assert.Equal(isGone, InitRefusal.Of(survey, verdict, hasReason: true) is null);
    }

    [Fact]
    public void Init_WhereBackupsAreLeft_NamesTheOneToRestore()
    {
        var survey = Bare with { Backups = [Saved(4), Saved(7)] };

        var refusal = InitRefusal.Of(survey, Judge.Of(survey), hasReason: false)!;

        Assert.Equal(ErrorCode.RingExists, refusal.Code);
        Assert.Contains("run \"edgekms restore /mnt/usb/edgekms-7.backup\"", refusal.Hint);
        Assert.Contains("--another-ring REASON", refusal.Hint);
    }

    [Theory]
    [InlineData("/a/b-1.c_d", "/a/b-1.c_d")]
    [InlineData("/a b", "'/a b'")]
    [InlineData("/it's", "'/it'\\''s'")]
    [InlineData("/$(x)", "'/$(x)'")]
    public void Paste_OfAPath_IsOneWordOfTheShell(string path, string pasted) =>
        Assert.Equal(pasted, BackupChoice.Paste(path));
}
