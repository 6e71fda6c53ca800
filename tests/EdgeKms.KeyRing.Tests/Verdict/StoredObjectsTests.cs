using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Tests.Changes;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Verdict;

public sealed class StoredObjectsTests
{
    private static readonly RingHeader s_ring = ChangeBed.Fresh().Stored.Ring.Header;

    private static StoredObjects Of(RingHeader ring, params (string Key, bool V1, long Objects)[] counts) =>
        StoredObjects.Of(ring, counts.Select(c => new StoredObjects.KeyCount(c.Key, c.V1, c.Objects)));

    [Fact]
    public void Of_KeysOfTheRing_AreActiveOrOlder()
    {
        var found = Of(s_ring, (s_ring.Active.Id.Text, false, 5), (s_ring.Keys[0].Id.Text, false, 3));

        Assert.Equal((5L, 3L, 0L, 0L), (found.Active, found.Older, found.Unreadable, found.UnreadableKmsV1));
        Assert.Empty(found.MissingKeys);
    }

    [Fact]
    public void Of_AKeyThatTheRingLacks_IsUnreadable()
    {
        var found = Of(s_ring, ("k99.a", false, 2), ("x", false, 7), ("k99.a", true, 1), ("k98.b", false, 0));

        Assert.Equal((0L, 0L, 10L, 1L), (found.Active, found.Older, found.Unreadable, found.UnreadableKmsV1));
        Assert.Equal(["x", "k99.a"], found.MissingKeys);
    }

    [Fact]
    public void Of_ADestroyedKey_IsUnreadable()
    {
        var key = s_ring.Keys[0];
        var ring = s_ring with { Keys = [key with { Destroyed = s_ring.Written }, .. s_ring.Keys.Skip(1)] };

        Assert.Equal(4, Of(ring, (key.Id.Text, false, 4)).Unreadable);
        Assert.Equal(0, Of(s_ring, (key.Id.Text, false, 4)).Unreadable);
    }

    [Fact]
    public void Of_KmsV1UnderAKeyOfTheRing_IsNeitherFreshNorStale()
    {
        var found = Of(s_ring, (s_ring.Active.Id.Text, true, 5), (s_ring.Keys[0].Id.Text, true, 3));

        Assert.Equal(new StoredObjects(0, 0, 0, 0, found.MissingKeys), found);
    }

    [Fact]
    public void Of_AnOlderRing_LacksWhatTheNewerOneHad()
    {
        var older = s_ring with { Keys = [.. s_ring.Keys.SkipLast(1)] };

        Assert.Equal([s_ring.Keys[^1].Id.Text], Of(older, (s_ring.Keys[^1].Id.Text, false, 1)).MissingKeys);
    }
}
