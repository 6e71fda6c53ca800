using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Changes;

public sealed class RingWriterTests
{
    [Fact]
    public void NodeSlot_OfEveryChange_GetsANumberThatWasNeverUsed()
    {
        var bed = ChangeBed.Fresh();
        var used = bed.Stored.Ring.Header.Slots.Select(s => s.Number).ToHashSet();
        Change[] changes =
        [
            Change.Rotate,
            Change.AddSlot,
            Change.ReplaceToken,
            Change.RemoveSlot,
            Change.RotateAboveAGap,
            Change.AddSlot,
            Change.Rotate,
        ];
        foreach (var change in changes)
        {
            var before = bed.Stored.Ring.Header.Slots.Select(s => s.Number).ToArray();
            var slots = bed.Apply(change)!.Stored.Ring.Header.Slots;
            Assert.Equal(SlotKind.Node, slots[^1].Kind);
            Assert.Single(slots, s => s.Kind == SlotKind.Node);
            Assert.All(slots.Select(s => s.Number).Except(before), n => Assert.True(used.Add(n), $"slot {n} again"));
            using var token = NodeToken.TryParse(bed.State.Peek(ChangeBed.TokenName)!.ToArray())!;
            Assert.Equal((bed.Stored.Ring.Header.Id, slots[^1].Number), (token.Ring, token.Slot));
        }
    }

    [Theory]
    [InlineData(Change.Rotate)]
    [InlineData(Change.ReplaceToken)]
    [InlineData(Change.AddSlot)]
    [InlineData(Change.RemoveSlot)]
    public void OldToken_AfterAChange_NoLongerOpensTheRing(Change change)
    {
        var bed = ChangeBed.Fresh();
        var old = bed.State.Peek(ChangeBed.TokenName)!;
        bed.Apply(change);
        bed.State.Put(ChangeBed.TokenName, old);
        Given.Fails(ErrorCode.TokenRefused, () => bed.Tokens.Unlock(bed.Store.Load().Header));
    }

    [Theory]
    [InlineData(Change.Rotate, RingOutcome.Ok)]
    [InlineData(Change.RemoveSlot, RingOutcome.MacFailure)]
    public void OldRingKey_AfterAChange_OpensTheRingUnlessASlotWasRemoved(Change change, RingOutcome outcome)
    {
        var bed = ChangeBed.Fresh();
        var old = bed.Stored.Ring.RingKey;
        bed.Apply(change);
        Assert.Equal(outcome, bed.Store.Load().Sealed.Open(old, out _));
    }

    [Fact]
    public void RemovedSlot_AfterItsRemoval_OpensNoLaterGeneration()
    {
        var bed = ChangeBed.Fresh();
        bed.Apply(Change.RemoveSlot);
        bed.Apply(Change.Rotate);
        using var second = Given.Secret("second");
        var header = bed.Store.Load().Header;
        Assert.Null(RingUnlock.TryOpen(header, SlotKind.Admin, s => SlotStretch.TryStretch(s.Kdf, s.Salt, second)));
    }

    [Theory]
    [InlineData(Change.Rotate)]
    [InlineData(Change.RemoveSlot)]
    public void Change_ByAWriterWhoseRingIsStale_IsRefusedAndChangesNothing(Change meanwhile)
    {
        var bed = ChangeBed.Fresh();
        var stale = bed.Stored;
        bed.Apply(meanwhile);
        var (token, backups) = (bed.State.Peek(ChangeBed.TokenName), bed.Backups.List());
        Given.Fails(ErrorCode.RingChanged, () => bed.Writer.Rotate(stale));
        Assert.Equal(token, bed.State.Peek(ChangeBed.TokenName));
        Assert.Equal(backups.Order(), bed.Backups.List().Order());
        bed.CheckWhole();
        bed.CheckTidy();
    }

    [Fact]
    public void Change_WithoutABackupDirectoryThatWorks_WarnsAndStands()
    {
        var bed = ChangeBed.Fresh();
        bed.Backups.Steps = new Steps
        {
            ErrorAt = 1,
            ErrorStays = true,
            Error = ErrorCode.StorageFull,
        };
        var changed = bed.Apply(Change.Rotate)!;
        Assert.Null(changed.Backup);
        Assert.Equal([ErrorCode.BackupFailed], changed.Warnings.Select(w => w.Code));
        Assert.Equal(ChangeBed.Old + 1, bed.Reboot(false, false).CheckWhole());
    }

    // A change stopped between its backup and its commit; and a forger who can write to the folder.
    [Fact]
    public void Change_BesideBackupsAboveIt_GoesAboveThoseOfThisRingOnly()
    {
        var bed = ChangeBed.Fresh();
        var ring = bed.Stored.Ring;
        var orphan = SealedRing.Seal(ring.Above(ChangeBed.Old + 2, bed.Stored.Digest));
        bed.Folder.Write(ring.Above(ChangeBed.Old + 2, bed.Stored.Digest).Header, orphan);
        var header = ring.Header with { Generation = 99_000_000 };
        using var other = Given.Secret("not the ring key");
        using var material = ring.LeaseMaterial();
        var forged = new KekRing(header, other, KeyRing.Secrets.SecretBytes.CopyOf(material.Span));
        bed.Folder.Write(header, SealedRing.Seal(forged));
        bed.Backups.Put($"edgekms-{header.Id.Text}-99999999-00000000.backup", [1, 2, 3]);
        bed.Backups.Put($"edgekms-{header.Id.Text}-.backup", []);
        Assert.Equal(ChangeBed.Old + 3, bed.Apply(Change.Rotate)!.Stored.Ring.Header.Generation);
    }

    [Fact]
    public void RestoredBackup_ThenRotated_NeverGivesAnIdAgain()
    {
        var bed = ChangeBed.Fresh();
        var ids = bed.Stored.Ring.Header.Keys.Select(k => k.Id.Text).ToHashSet();
        var backup = bed.Stored;
        for (var round = 0; round < 1_000; round++)
        {
            var ring = backup.Ring.Rotate(Given.Monday, backup.Digest);
            Assert.Equal(ChangeBed.Old + 1, ring.Active.Id.Sequence);
            Assert.True(ids.Add(ring.Active.Id.Text), $"round {round}: {ring.Active.Id} again");
            ring.Forget();
        }
    }
}
