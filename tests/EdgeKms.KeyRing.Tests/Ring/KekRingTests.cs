using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Tests.Ring;

public sealed class KekRingTests
{
    [Fact]
    public void Rotate_OfARing_RetiresTheActiveKeyAndLeavesTheOldGenerationAlone()
    {
        var ring = Given.FirstRing();
        var next = ring.Rotate(Given.Monday.AddDays(30), Given.Bytes("digest"));
        Assert.Equal((1, 1), (ring.Header.Generation, ring.Header.Keys.Count));
        Assert.Equal(KekState.Active, ring.Active.State);
        Assert.Equal(2, next.Header.Generation);
        Assert.Equal(Given.Bytes("digest"), next.Header.Previous);
        Assert.Equal([KekState.Retired, KekState.Active], next.Header.Keys.Select(k => k.State));
        Assert.Equal(2, next.Active.Id.Sequence);
    }

    [Fact]
    public void Rotate_OfTheLastGeneration_IsALimit() =>
        Given.Fails(
            ErrorCode.RingLimit,
            () => Given.FirstRing().AtGeneration(RingLimits.Generations).Rotate(Given.Monday, new byte[32])
        );

    [Fact]
    public void WithSlots_OfSeventeen_HasNoRoom()
    {
        var ring = Given.FirstRing();
        var slots = Enumerable.Range(1, 17).Select(i => Given.NodeSlot(ring.Header.Id, i)).ToArray();
        Assert.Equal(16, ring.WithSlots(Given.Monday, new byte[32], slots[..16]).Header.Slots.Count);
        Given.Fails(ErrorCode.RingFull, () => ring.WithSlots(Given.Monday, new byte[32], slots));
    }

    [Fact]
    public void Rotate_WhileAKeyIsStaged_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => Given.RingOfEveryState().Rotate(Given.Monday, new byte[32]));

    [Fact]
    public void Locate_OfKeysInEachState_SaysWhereOrWhyNot()
    {
        var ring = Given.RingOfEveryState();
        var ids = ring.Header.Keys.Select(k => k.Id.Text).ToArray();
        Assert.Equal([-1, 0, 32, 64, -2], [.. ids.Select(ring.Locate), ring.Locate("k9.AAAAAAAAAAAAAAAAAAAAAA")]);
    }

    [Fact]
    public void Ring_WithoutAnActiveKeyOrWithOtherMaterial_IsRefused()
    {
        var good = Given.RingOfEveryState().Header;
        using var two = new SecretBytes(64);
        Assert.Throws<InvalidOperationException>(() => new KekRing(good, Given.Secret("ring key"), two));
        Assert.Throws<InvalidOperationException>(() =>
            new KekRing(good with { Keys = [.. good.Keys.Take(2)] }, two, two)
        );
        Assert.Throws<InvalidOperationException>(() => new KekRing(good with { Slots = [] }, two, two));
    }

    [Fact]
    public void Above_AHigherNumber_IsTheBaseOfTheNextGenerationAndNothingElseChanges()
    {
        var ring = Given.FirstRing();
        Assert.Same(ring, ring.Above(1, Given.Bytes("digest")));
        Assert.Throws<ArgumentOutOfRangeException>(() => Given.RingOfEveryState(7).Above(6, Given.Bytes("digest")));
        var above = ring.Above(9, Given.Bytes("digest"));
        Assert.Equal(9, above.Header.Generation);
        Assert.Equal(Given.Bytes("digest"), above.Header.Previous);
        Assert.Equal((ring.Header.Keys, ring.Header.Slots), (above.Header.Keys, above.Header.Slots));
        Assert.Equal(ring.Header.Written, above.Header.Written);
        var next = above.Rotate(Given.Monday, Given.Bytes("digest"));
        Assert.Equal(10, next.Header.Generation);
        Assert.Equal(Given.Bytes("digest"), next.Header.Previous);
        Assert.Equal(2, next.Active.Id.Sequence);
        Given.Fails(
            ErrorCode.RingLimit,
            () => ring.Above(RingLimits.Generations, new byte[32]).Rotate(Given.Monday, new byte[32])
        );
    }
}
