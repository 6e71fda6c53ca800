using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static EdgeKms.KeyRing.Tests.Verdict.KnownMachine;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>What counts against a backup, and what sets the number that it is restored as.</summary>
public sealed class RestorePolicyTests
{
    [Fact]
    public void Restore_WhileADaemonServes_IsMeasuredByWhatItServes()
    {
        var survey = Bare with { Held = Held(3) };

        Assert.Equal(
            $"the backup lacks {Key(3)}, a key that the daemon serves",
            RestorePolicy.Refuse(survey, Header(2))
        );
        Assert.Null(RestorePolicy.Refuse(survey, Header(3)));
    }

    [Fact]
    public void Restore_BesideAForgedCheckpoint_IsNotRefusedByIt() =>
        Assert.Null(RestorePolicy.Refuse(Whole() with { Mark = Mark(9, Proof.Disproven) }, Header(3)));

    /// <summary>State directories were mixed up: whole files, and the checkpoint of the ring that this machine used.</summary>
    [Fact]
    public void Restore_BesideTheCheckpointOfTheRingBefore_IsMeasuredByThatRing()
    {
        var mixed = Whole() with { Mark = Mark(3, Proof.Disproven, Given.OtherRingId) };
        var wentOver = mixed with { Audit = LogOf(3) };

        Assert.Null(RestorePolicy.Refuse(mixed, Header(3, ring: Given.OtherRingId)));
        Assert.Contains("another key ring", RestorePolicy.Refuse(mixed, Header(3)));
        Assert.Null(RestorePolicy.Refuse(wentOver, Header(3)));
        Assert.Empty(RestorePolicy.Certain(mixed).Generations);
        Assert.NotEmpty(RestorePolicy.Certain(wentOver).Generations);
    }

    [Fact]
    public void Restore_OfABackupWithoutADestroyedKey_IsNotRefused()
    {
        var here = Header(3);
        here = here with { Keys = [here.Keys[0] with { Destroyed = Given.Monday }, .. here.Keys.Skip(1)] };
        var backup = Header(3);

        Assert.Null(
            RestorePolicy.Refuse(
                Whole() with
                {
                    Generations = [File(3) with { Header = here }],
                },
                backup with
                {
                    Keys = [.. backup.Keys.Skip(1)],
                }
            )
        );
    }

    [Fact]
    public void Certain_OfASurvey_KeepsWhatIsProvenAlone()
    {
        var survey = Whole() with { Generations = [File(4, Proof.Unknown), File(3)], Audit = LogOf(9) };

        var certain = RestorePolicy.Certain(survey with { Mark = Mark(9, Proof.Unknown) });

        Assert.Equal([3], certain.Generations.Select(g => g.Number));
        Assert.Equal((SurveyedMark.None, null), (certain.Mark, certain.Audit));
        Assert.Equal(survey.Mark, RestorePolicy.Certain(survey).Mark);
    }

    [Fact]
    public void Above_WhereTheNumbersAreAuthentic_IsTheHighest()
    {
        Assert.Equal(7, RestorePolicy.Above(Bare with { Mark = Mark(7) }, Header(2)));
        Assert.Equal(9, RestorePolicy.Above(Bare with { Mark = Mark(7), Held = Held(9) }, Header(2)));
        Assert.Equal(8, RestorePolicy.Above(Bare with { Generations = [File(8)] }, Header(2)));
    }

    [Fact]
    public void Above_WhereTheyAreAnotherRingsOrNotProven_IsTheBackups()
    {
        var other = Given.OtherRingId;

        Assert.Equal(2, RestorePolicy.Above(Bare with { Mark = Mark(7, Proof.Unknown) }, Header(2)));
        Assert.Equal(
            2,
            RestorePolicy.Above(Bare with { Mark = Mark(7, ring: other), Held = Held(9, other) }, Header(2))
        );
        Assert.Equal(2, RestorePolicy.Above(Bare with { Generations = [File(8, ring: other)] }, Header(2)));
    }
}
