using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static EdgeKms.KeyRing.Tests.Verdict.KnownMachine;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>What a repair and an init do not do.</summary>
public sealed class RepairPolicyTests
{
    [Theory]
    [InlineData(false, RepairStep.TakeOver)]
    [InlineData(true, RepairStep.ReplaceToken)]
    internal void Repair_OfAGenerationThatWaits_MakesATokenOnlyWhereNoneOpensIt(bool isSealed, RepairStep step)
    {
        var survey = Served() with { Held = Held(2) };

        Assert.Equal(step, RepairPolicy.Of(Judge.Of(isSealed ? survey with { Node = NoToken() } : survey), false));
    }

    [Theory]
    [InlineData(RingCase.Lost)]
    [InlineData(RingCase.Bare)]
    [InlineData(RingCase.NewerVersion)]
    [InlineData(RingCase.StorageFailed)]
    [InlineData(RingCase.NoPermission)]
    [InlineData(RingCase.DiskFull)]
    public void Repair_OfWhatNoRepairMends_IsRefused(RingCase which)
    {
        var verdict = Judge.Of(JudgeTests.Situations.First(s => s.Case == which).Survey);

        Assert.Equal(RepairStep.Refuse, RepairPolicy.Of(verdict, acceptsRollback: false));
        Assert.Equal(RepairStep.Refuse, RepairPolicy.Of(verdict, acceptsRollback: true));
    }

    [Fact]
    public void CarryOn_WhileADaemonServesAnotherRing_TakesNoNumberFromIt() =>
        Assert.Equal(
            3,
            CarryOn
                .From(new OpenedGeneration(Header(3), true), Served() with { Held = Held(9, Given.OtherRingId) }, [])
                .Above
        );

    [Fact]
    public void Init_WhereTheDirectoryCantBeRead_IsRefusedWhateverTheReason()
    {
        var survey = Bare with { Problem = new SurveyProblem(ErrorCode.StorageFailed, "read /x") };

        Assert.Equal(ErrorCode.StorageFailed, InitRefusal.Of(survey, Judge.Of(survey), hasReason: true)!.Code);
    }
}
