using System.Text;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Changes;

/// <summary>What an administrator's credential proves and disproves where there is no token.</summary>
public sealed class AuthenticFilesTests
{
    private readonly ChangeBed _bed = ChangeBed.Fresh();

    private RingId RingId => _bed.Stored.Ring.Header.Id;

    public AuthenticFilesTests() => _bed.State.Remove(ChangeBed.TokenName);

    private MachineSurvey Prove(RingId ring, SecretBytes ringKey, Func<RingHeader, SecretBytes?> unlock) =>
        AuthenticFiles.Prove(SurveyorTests.Take(_bed), _bed.Store.Survey(), ring, ringKey, unlock);

    private MachineSurvey Prove() => Prove(RingId, _bed.Stored.Ring.RingKey, ChangeBed.TryUnlock);

    [Fact]
    public void Prove_OfWholeFiles_ProvesThemAndTheCheckpoint()
    {
        Assert.All(SurveyorTests.Take(_bed).Generations, g => Assert.Equal(Proof.Unknown, g.Proof));

        var survey = Prove();

        Assert.All(survey.Generations, g => Assert.Equal(Proof.Proven, g.Proof));
        Assert.Equal(Proof.Proven, survey.Mark.Proof);
    }

    [Fact]
    public void Prove_OfAChangedHeader_DisprovesIt()
    {
        var text = Encoding.Latin1.GetString(_bed.Ring.Peek("ring-00000017")!);
        _bed.Ring.Put(
            "ring-00000097",
            Encoding.Latin1.GetBytes(text.Replace("generation 17\n", "generation 97\n", StringComparison.Ordinal))
        );

        var generations = Prove().Generations;

        Assert.Equal(
            [(97, Proof.Disproven), (ChangeBed.Old, Proof.Proven)],
            generations.Take(2).Select(g => (g.Header!.Generation, g.Proof))
        );
    }

    [Fact]
    public void Prove_OfFilesThatTheCredentialDoesNotOpen_LeavesThemUnknown()
    {
        using var other = Given.Secret("not the ring key");

        Assert.All(Prove(RingId, other, _ => null).Generations, g => Assert.Equal(Proof.Unknown, g.Proof));
        Assert.All(
            Prove(Given.OtherRingId, _bed.Stored.Ring.RingKey, ChangeBed.TryUnlock).Generations,
            g => Assert.Equal(Proof.Unknown, g.Proof)
        );
    }

    [Fact]
    public void Prove_OfACheckpointThatNobodyMade_DisprovesItWhereItsGenerationIsProven()
    {
        SurveyorTests.Forge(_bed, ChangeBed.Old);
        Assert.Equal(Proof.Disproven, Prove().Mark.Proof);

        SurveyorTests.Forge(_bed, 99);
        Assert.Equal(Proof.Unknown, Prove().Mark.Proof);
    }
}
