using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Changes;

/// <summary>What the node token proves and disproves of the files.</summary>
public sealed class SurveyorTests
{
    private const string Newest = "ring-00000017";

    internal static MachineSurvey Take(ChangeBed bed, HeldRing? held = null, int lockAfterDays = 0) =>
        new Surveyor(bed.Store, bed.Tokens, bed.Folder, null, lockAfterDays).Take(
            new MachineSurvey
            {
                StateDirectory = "/state",
                Now = Given.Monday.AddDays(700),
                Mark = SurveyedMark.None,
                Node = new SurveyedNode(false, "", null),
                Held = held,
            }
        );

    /// <summary>The checkpoint of this generation, under another key than the ring's.</summary>
    internal static void Forge(ChangeBed bed, int generation)
    {
        var mark = Checkpoint.TryParse(bed.State.Peek(RingStore.CheckpointName)!)!;
        using var other = Given.Secret("not the ring key");
        bed.State.Put(RingStore.CheckpointName, (mark with { Generation = generation }).Write(other));
    }

    [Fact]
    public void Take_OfAForgedCheckpoint_DisprovesIt()
    {
        var bed = ChangeBed.Fresh();
        Assert.Equal(Proof.Proven, Take(bed).Mark.Proof);

        Forge(bed, ChangeBed.Old);

        Assert.Equal(Proof.Disproven, Take(bed).Mark.Proof);
    }

    [Fact]
    public void Take_AfterANewRingKey_LeavesTheOlderGenerationsUnknown()
    {
        var bed = ChangeBed.Fresh();
        Assert.All(Take(bed).Generations, g => Assert.Equal(Proof.Proven, g.Proof));

        bed.Apply(Change.RemoveSlot);

        var generations = Take(bed).Generations;
        Assert.Equal(Proof.Proven, generations[0].Proof);
        Assert.All(generations.Skip(1), g => Assert.Equal((Proof.Unknown, null), (g.Proof, g.Problem)));
    }

    [Fact]
    public void Take_OfAChangedBody_DisprovesIt()
    {
        var bed = ChangeBed.Fresh();
        bed.Ring.Put(Newest, Given.Flip(bed.Ring.Peek(Newest)!, 8 * bed.Ring.Peek(Newest)!.Length - 1));

        var newest = Take(bed).Newest!;

        Assert.Equal((Proof.Disproven, ErrorCode.RingDamaged), (newest.Proof, newest.Problem!.Code));
    }

    [Fact]
    public void Take_OfAChangedBodyUnderADaemon_DisprovesIt()
    {
        var bed = ChangeBed.Fresh();
        var held = new HeldRing(bed.Stored.Ring.Header, bed.Stored.Digest);
        Assert.Equal(Proof.Proven, Take(bed, held).Newest!.Proof);

        bed.Ring.Put(Newest, Given.Flip(bed.Ring.Peek(Newest)!, 8 * bed.Ring.Peek(Newest)!.Length - 1));

        Assert.Equal(Proof.Disproven, Take(bed, held).Newest!.Proof);
    }

    [Fact]
    public void Take_OfBackups_ProvesThoseOfThisRingKey()
    {
        var bed = ChangeBed.Fresh();
        bed.Apply(Change.RemoveSlot);
        bed.State.Remove(RingStore.CheckpointName); // or nobody looks at the backups

        var backups = Take(bed).Backups.OrderByDescending(b => b.Header.Generation).ToList();

        Assert.Equal(ChangeBed.Keep, backups.Count);
        Assert.Equal(Proof.Proven, backups[0].Proof);
        Assert.All(backups.Skip(1), b => Assert.Equal(Proof.Unknown, b.Proof));
    }

    [Fact]
    public void Take_AfterMoreDaysThanAllowed_IsLocked()
    {
        var bed = ChangeBed.Fresh();

        Assert.Null(Take(bed, lockAfterDays: 100).Node.Problem);
        Assert.Equal(ErrorCode.NodeLocked, Take(bed, lockAfterDays: 99).Node.Problem?.Code);
    }
}
