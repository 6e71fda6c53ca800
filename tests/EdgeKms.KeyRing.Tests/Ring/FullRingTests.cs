using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Tests.Ring;

public sealed class FullRingTests
{
    [Fact]
    public void Rotate_OfTheLastPlace_SucceedsAndTheNextIsRefused()
    {
        var full = FullRing.Of(RingLimits.Keys - 1).Next();

        Assert.Equal(RingLimits.Keys, full.Header.Keys.Count);
        Given.Fails(ErrorCode.RingFull, () => full.Next());
    }

    [Fact]
    public void Rotate_IntoTheReserve_EndsWhereTheFileEnds()
    {
        var last = FullRing.Of(RingLimits.FileKeys - 1).Next(useReserve: true);

        Assert.Equal(RingLimits.FileKeys, last.Header.Keys.Count);
        Given.Fails(ErrorCode.RingFull, () => last.Next());
        Given.Fails(ErrorCode.RingFull, () => last.Next(useReserve: true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rotate_OfAFullRingWithTombstones_TakesTheOldestOne(bool useReserve)
    {
        var ring = FullRing.Of(RingLimits.Keys, 5, 9);

        var next = ring.Next(useReserve);

        Assert.Equal([.. ring.Sequences().Where(s => s != 5), RingLimits.Keys + 1], next.Sequences());
        Assert.Equal((-2, -1), (next.Locate(ring.Header.Keys[4].Id.Text), next.Locate(ring.Header.Keys[8].Id.Text)));
        Assert.True(KeyWrap.SelfTest(next));
    }

    [Fact]
    public void Rotate_InTheReserve_TakesAsManyTombstonesAsItNeeds()
    {
        var next = FullRing.Of(RingLimits.Keys + 3, 1, 2, 3, 5, 7).Next();

        Assert.Equal(RingLimits.Keys, next.Header.Keys.Count);
        Assert.Equal([4, 6, 7, 8], next.Sequences().Take(4));
        Assert.True(KeyWrap.SelfTest(next));
    }

    [Fact]
    public void Rotate_WhereThereIsRoom_LeavesEveryTombstone() =>
        Assert.Equal([1, 2, 3, 4], FullRing.Of(3, 1, 2).Next().Sequences());

    // No ring of ours is so, but the format allows one, and its next key must not get the number of one that left.
    [Fact]
    public void Rotate_WhereTheLastEntryIsATombstone_GoesOnFromItsSequence()
    {
        var slots = new[] { Given.NodeSlot(Given.RingId) };
        var last = RingLimits.Keys;
        var ring = FullRing.Of(Given.RingId, Given.Secret("ring key"), slots, last, active: 1, destroyed: last);

        Given.Fails(ErrorCode.RingFull, () => ring.Next());
        Assert.Equal([last - 1, last, last + 1], ring.Next(useReserve: true).Sequences().TakeLast(3));
    }

    [Fact]
    public void RotateAndDestroy_ForEver_NeverGiveANumberTwice()
    {
        var ring = FullRing.Of(RingLimits.Keys);
        for (var round = 1; round <= 50; round++)
        {
            var oldest = ring.Header.Keys.First(k => k.State == KekState.Retired).Id.Text;
            ring = ring.Destroy(ring.Header.Written, Given.Bytes("digest"), oldest, ring.Header.Slots).Next();
            Assert.Equal(RingLimits.Keys + round, ring.Active.Id.Sequence);
            Assert.Equal(-2, ring.Locate(oldest));
        }
        Assert.Equal(RingOutcome.Ok, SealedRing.Parse(SealedRing.Seal(ring), out var parsed));
        Assert.Equal(RingOutcome.Ok, parsed!.Open(ring.RingKey, out var again));
        Assert.Equal(ring.Sequences(), again!.Sequences());
    }

    [Fact]
    public void Unwrap_UnderAKeyWhoseTombstoneLeft_IsUnknownAndNotDestroyed()
    {
        var ring = FullRing.Of(RingLimits.Keys, 1);
        var gone = ring.Header.Keys[0].Id.Text;
        var envelope = KeyWrap.Wrap(ring, ring.Active, Given.Bytes("seed"));

        Given.Fails(ErrorCode.KeyDestroyed, () => KeyWrap.Unwrap(ring, gone, envelope));
        Given.Fails(ErrorCode.KeyUnknown, () => KeyWrap.Unwrap(ring.Next(), gone, envelope));
    }
}
