using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Changes;

public sealed class DestroyTests
{
    [Fact]
    public void Destroy_OfARetiredKey_LeavesATombstoneAndEveryOtherKey()
    {
        var bed = ChangeBed.Fresh();
        var keys = bed.Stored.Ring.Header.Keys.Select(k => k.Id.Text).ToList();
        var others = keys.Skip(1).ToDictionary(k => k, k => Material(bed.Stored.Ring, k));

        var after = bed.Writer.Destroy(bed.Stored, keys[0]).Stored.Ring;

        Assert.Equal(keys, after.Header.Keys.Select(k => k.Id.Text));
        Assert.Equal(KekState.Destroyed, after.Header.Keys[0].State);
        Assert.Equal(-1, after.Locate(keys[0]));
        foreach (var (key, material) in others)
            Assert.Equal(material, Material(after, key));
        Assert.True(KeyWrap.SelfTest(after));
        Assert.Equal(bed.Generation + 1, after.Header.Generation);
    }

    [Fact]
    public void Destroy_OfEachRetiredKeyInTurn_LeavesTheActiveOne()
    {
        var bed = ChangeBed.Fresh();
        var stored = bed.Stored;
        var active = Material(stored.Ring, stored.Ring.Active.Id.Text);
        foreach (var key in stored.Ring.Header.Keys.Where(k => k.State == KekState.Retired).Reverse())
            stored = bed.Writer.Destroy(stored, key.Id.Text).Stored;

        Assert.Equal(active, Material(stored.Ring, stored.Ring.Active.Id.Text));
        Assert.Single(stored.Ring.Header.Keys, k => k.HasMaterial);
    }

    [Fact]
    public void Destroy_OfTheActiveKeyOrOneThatIsNot_IsRefusedByTheRing()
    {
        var bed = ChangeBed.Fresh();
        var before = bed.Ring.List().Order().ToList();

        Assert.Throws<InvalidOperationException>(() => bed.Writer.Destroy(bed.Stored, bed.Stored.Ring.Active.Id.Text));
        Assert.Throws<InvalidOperationException>(() => bed.Writer.Destroy(bed.Stored, "k9.none"));
        Assert.Equal(before, bed.Ring.List().Order());
    }

    [Fact]
    public void DeleteBelow_AfterADestruction_LeavesNoFileWithTheKey()
    {
        var bed = ChangeBed.Fresh();
        var key = bed.Stored.Ring.Header.Keys[0].Id.Text;
        var after = bed.Writer.Destroy(bed.Stored, key).Stored;
        Assert.True(bed.Store.HoldsBelow(after.Ring.Header.Generation, key));

        var deleted = bed.Store.DeleteBelow(after.Ring.Header.Generation);

        Assert.True(deleted > 0);
        Assert.Single(bed.Ring.List(), n => n.StartsWith("ring-", StringComparison.Ordinal));
        Assert.False(bed.Store.HoldsBelow(after.Ring.Header.Generation, key));
        Assert.Equal(after.Ring.Header.Generation, bed.Store.Load().Header.Generation);
    }

    [Fact]
    public void Destroy_WithThePowerCutAtEachStep_IsTheRingBeforeOrTheRingAfter()
    {
        for (var step = 1; ; step++)
        {
            foreach (var keep in new[] { true, false })
            {
                var bed = ChangeBed.Fresh();
                var (old, key) = (bed.Generation, bed.Stored.Ring.Header.Keys[0].Id.Text);
                bed.Use(new Steps { PowerCutAt = step });
                var thrown = Record.Exception(() =>
                {
                    var made = bed.Writer.Destroy(bed.Stored, key).Stored;
                    bed.Store.DeleteBelow(made.Ring.Header.Generation);
                });
                if (thrown is null)
                {
                    Assert.True(step > 10);
                    return;
                }
                Assert.IsType<PowerCutException>(thrown);

                var booted = bed.Reboot(keep, keep);
                var loaded = booted.Store.Load();
                using var token = booted.Tokens.Unlock(loaded.Header);
                var ring = booted.Store.Unseal(loaded, token).Ring;

                Assert.InRange(ring.Header.Generation, old, old + 1);
                Assert.Equal(ring.Header.Generation > old, ring.Header.Keys[0].State == KekState.Destroyed);
                Assert.True(KeyWrap.SelfTest(ring));
            }
        }
    }

    [Fact]
    public void DeleteBelow_WhatIsNotTheNewest_IsRefused()
    {
        var bed = ChangeBed.Fresh();
        Assert.Throws<InvalidOperationException>(() => bed.Store.DeleteBelow(bed.Generation - 1));
    }

    private static byte[] Material(KekRing ring, string key)
    {
        using var lease = ring.LeaseMaterial();
        return lease.Span.Slice(ring.Locate(key), KekRing.KekSize).ToArray();
    }
}
