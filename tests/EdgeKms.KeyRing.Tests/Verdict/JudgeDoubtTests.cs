using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static EdgeKms.KeyRing.Tests.Verdict.KnownMachine;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>Surveys in which two things are wrong, or in which one of several proofs is missing: the more cautious word wins.</summary>
public sealed class JudgeDoubtTests
{
    [Fact]
    public void Of_AnOlderRingWhoseTokenOpensNothing_IsRolledBack() =>
        Assert.Equal(
            RingCase.RolledBack,
            Judge.Of(Whole() with { Generations = [File(2), File(1)], Node = NoToken() }).Case
        );

    [Fact]
    public void Of_AWholeRing_IsNotCalledOlderByALogThatNobodySigned() =>
        Assert.Equal(RingCase.Stopped, Judge.Of(Whole() with { Audit = LogOf(4) }).Case);

    [Fact]
    public void Of_ANewerVersionUnderTheDaemon_IsNoDamageAndForbidsTheRestart()
    {
        var verdict = Judge.Of(Served() with { Generations = [Damaged(3, ErrorCode.RingUnsupportedVersion), File(2)] });

        Assert.Equal((RingCase.NewerVersion, false), (verdict.Case, verdict.MayRestart));
        Assert.EndsWith("don't restart it", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AnOlderGenerationUnderTheDaemon_IsCalledThat()
    {
        var verdict = Judge.Of(Served() with { Generations = [File(2), File(1)] });

        Assert.Equal(ErrorCode.RingRolledBack, verdict.Code);
        Assert.Contains("the newest generation on disk is 2, the daemon serves 3", verdict.Text);
    }

    [Fact]
    public void Of_AnotherRingThatTheLogKnowsButNobodyRestored_ForbidsTheRestart()
    {
        var verdict = Judge.Of(Served() with { Held = Held(3, Given.OtherRingId), Audit = LogOf(3) });

        Assert.Equal((RingCase.HeldOther, false), (verdict.Case, verdict.MayRestart));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_AnotherRingsCheckpoint_NamesItsBackupOnlyWhereTheLogDoesNotKnowTheRing(bool isKnown)
    {
        var verdict = Judge.Of(
            Whole() with
            {
                Mark = Mark(3, Proof.Disproven, Given.OtherRingId),
                Backups = [Saved(3, Given.OtherRingId)],
                Audit = isKnown ? LogOf(3) : null,
            }
        );

        Assert.Equal(RingCase.OtherRing, verdict.Case);
        Assert.Equal(!isKnown, verdict.Ways.Any(w => w.Command == "edgekms restore /mnt/usb/edgekms-3.backup"));
    }

    [Fact]
    public void Of_AProvenRingBesideFilesOfTheCheckpointsRing_IsAnotherRing() =>
        Assert.Equal(
            RingCase.OtherRing,
            Judge
                .Of(
                    Whole() with
                    {
                        Generations = [File(4), File(3, ring: Given.OtherRingId)],
                        Mark = Mark(3, Proof.Disproven, Given.OtherRingId),
                    }
                )
                .Case
        );

    [Fact]
    public void Of_ATokenThatMayNotBeRead_IsNotCalledLost() =>
        Assert.Equal(RingCase.NoPermission, Judge.Of(Whole() with { Node = NoToken(ErrorCode.PermissionDenied) }).Case);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_ALostTokenThatWasTheOnlyWayIn_CanLoseData(bool isOnly)
    {
        var header = Header(3);
        header = isOnly ? header with { Slots = [header.Slots[0]] } : header;

        var verdict = Judge.Of(Whole() with { Generations = [File(3) with { Header = header }], Node = NoToken() });

        Assert.Equal((RingCase.Sealed, isOnly), (verdict.Case, verdict.CanLoseData));
    }

    [Fact]
    public void Of_ADamagedNewest_AnOlderFileThatIsNoneDoesNotCount()
    {
        var beside = Whole() with { Generations = [Damaged(5), File(4, ring: Given.OtherRingId), File(2, keys: 3)] };
        var disproven = Whole() with { Generations = [Damaged(4), File(3, Proof.Disproven)] };

        Assert.Equal(RingCase.Damaged, Judge.Of(beside).Case); // by generation 2
        Assert.Equal(RingCase.DamagedLastKey, Judge.Of(disproven).Case);
    }

    [Fact]
    public void Of_ADamagedNewestWithoutACheckpoint_IsNotCarriedOnByTheLogAlone() =>
        Assert.Equal(
            RingCase.DamagedLastKey,
            Judge
                .Of(
                    Whole() with
                    {
                        Generations = [Damaged(3), File(2, keys: 3)],
                        Mark = SurveyedMark.None,
                        Audit = LogOf(3),
                    }
                )
                .Case
        );

    [Theory]
    [InlineData("nothing", true)]
    [InlineData("the checkpoint is not proven", false)]
    [InlineData("the generation is not proven", false)]
    [InlineData("the checkpoint names another file", false)]
    [InlineData("the log", false)]
    [InlineData("a backup", false)]
    public void Of_ADamagedFileAbove_IsStrayOnlyWhereNothingKnowsOfALaterGeneration(string what, bool isStray)
    {
        var survey = Whole() with { Generations = [Damaged(9), File(3)] };
        var value = Mark(3).Value! with { Digest = Digest(8) };
        survey = what switch
        {
            "the checkpoint is not proven" => survey with { Mark = Mark(3, Proof.Unknown) },
            "the generation is not proven" => survey with { Generations = [Damaged(9), File(3, Proof.Unknown)] },
            "the checkpoint names another file" => survey with { Mark = Mark(3) with { Value = value } },
            "the log" => survey with { Audit = LogOf(4) },
            "a backup" => survey with { Backups = [Saved(4)] },
            _ => survey,
        };

        Assert.Equal(isStray, Judge.Of(survey).Case == RingCase.Stray);
    }
}
