using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.RingFile;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.KeyRing.Tests.Changes;

/// <summary>
/// A change writes a checkpoint that names its generation. Without a whole one, on a ring that something knows to be older, no change
/// may make it the right one in silence.
/// </summary>
public sealed class BlessingTests
{
    private static readonly FakeTimeProvider s_time = new(new DateTimeOffset(Given.Monday.AddDays(600)));

    private readonly ChangeBed _bed = ChangeBed.Fresh();
    private readonly AuditLog _audit = new(new MemoryDirectory("/state/audit", new Steps()), s_time);

    [Theory]
    [InlineData("rotate")]
    [InlineData("token")]
    [InlineData("slots")]
    [InlineData("destroy")]
    [InlineData("rekey")]
    public void Change_OfAnUnmarkedOlderRing_IsRefusedByTheLog(string change)
    {
        var writer = new RingWriter(_bed.Store, _bed.Tokens, null, false, s_time, _audit);
        var header = _bed.Stored.Ring.Header;
        _audit.TryAppend(AuditEntry.Of(AuditEvent.BackedUp, header with { Generation = header.Generation + 1 }));
        var before = Unmarked();

        Given.Fails(ErrorCode.RingRolledBack, () => Make(writer, change, before));

        Assert.Equal(header.Generation, _bed.Store.Load().Header.Generation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Change_OfAnUnmarkedOlderRing_IsRefusedByABackup(bool isGenuine)
    {
        var ring = _bed.Stored.Ring.Above(ChangeBed.Old + 2, _bed.Stored.Digest);
        using var other = Given.Secret("not the ring key");
        using var material = ring.LeaseMaterial();
        var forged = new KekRing(ring.Header, other, SecretBytes.CopyOf(material.Span));
        _bed.Folder.Write(ring.Header, SealedRing.Seal(isGenuine ? ring : forged));
        var before = Unmarked();

        if (isGenuine)
            Given.Fails(ErrorCode.RingRolledBack, () => Make(_bed.Writer, "rotate", before));
        else
            Assert.Equal(ChangeBed.Old + 1, Make(_bed.Writer, "rotate", before).Stored.Ring.Header.Generation);
    }

    [Fact]
    public void Change_OfAnUnmarkedRingThatNothingKnowsToBeOlder_GoesThrough()
    {
        var writer = new RingWriter(_bed.Store, _bed.Tokens, _bed.Folder, false, s_time, _audit);
        _audit.TryAppend(AuditEntry.Of(AuditEvent.BackedUp, _bed.Stored.Ring.Header));

        Assert.True(Make(writer, "rotate", Unmarked()).Stored.CheckpointIsWhole);
    }

    private StoredRing Unmarked()
    {
        _bed.State.Remove(RingStore.CheckpointName);
        var before = NodeAccess.Open(_bed.Store, _bed.Store.Load(), _bed.Tokens, 0, Given.Monday);
        Assert.False(before.CheckpointIsWhole);
        return before;
    }

    private static ChangedRing Make(RingWriter writer, string change, StoredRing before)
    {
        var header = before.Ring.Header;
        Slot[] administrators = [.. header.Slots.Where(s => s.Kind != SlotKind.Node)];
        switch (change)
        {
            case "rotate":
                return writer.Rotate(before);
            case "token":
                return writer.ReplaceToken(before);
            case "slots":
                return writer.WithSlots(before, administrators);
            case "destroy":
                return writer.Destroy(before, header.Keys[0].Id.Text);
            default:
                var ringKey = SecretBytes.Random(32);
                var number = header.Slots[^1].Number + 1;
                return writer.Rekey(before, ringKey, [ChangeBed.Slot(header, number, "administrator", ringKey)]);
        }
    }
}
