using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Tests.Ring;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Backup;

public sealed class BackupFolderTests
{
    private readonly MemoryDirectory _directory = new("/backups", new Steps());
    private readonly BackupFolder _folder;

    public BackupFolderTests() => _folder = new BackupFolder(_directory, 3);

    [Fact]
    public void Prune_OfManyGenerations_KeepsTheNewestAndNothingOfOthersGoes()
    {
        string[] others =
        [
            $"edgekms-{Given.OtherRingId.Text}-00000001-00000000.backup",
            $".new-edgekms-{Given.OtherRingId.Text}-00000001-00000000.backup",
            "edgekms-recovery.txt",
            "photo.jpg",
        ];
        Write(2);
        foreach (var other in others)
            _directory.Put(other, [1]);
        for (var generation = 2; generation <= 12; generation++)
        {
            _folder.Prune(Given.RingId, Write(generation));
            Assert.InRange(_folder.List(Given.RingId).Count, 1, 3);
        }
        Assert.Equal([10, 11, 12], _folder.List(Given.RingId).Select(n => _folder.Read(n).Header.Generation));
        Assert.Subset(_directory.List().ToHashSet(), others.ToHashSet());
    }

    [Fact]
    public void Write_IntoTheFolderOfAnotherRing_IsRefusedAndWritesNothing()
    {
        var other = $"edgekms-{Given.OtherRingId.Text}-00000001-00000000.backup";
        _directory.Put(other, [1]);

        Given.Fails(ErrorCode.BackupFailed, () => Write(2));

        Assert.Equal([other], _directory.List());
    }

    [Fact]
    public void Prune_WhenTheWrittenOneIsNotAmongTheNewest_KeepsItToo()
    {
        for (var generation = 20; generation < 23; generation++)
            Write(generation);
        var written = Write(5);
        _folder.Prune(Given.RingId, written);
        Assert.Equal([5, 20, 21, 22], _folder.List(Given.RingId).Select(n => _folder.Read(n).Header.Generation));
    }

    [Fact]
    public void Prune_AfterACrash_RemovesTheTemporaryFileOfThisRing()
    {
        _directory.Put($".new-edgekms-{Given.RingId.Text}-00000007-00112233.backup", [1]);
        var written = Write(7);
        _folder.Prune(Given.RingId, written);
        Assert.Equal([written], _directory.List());
    }

    [Fact]
    public void Write_OfTheSameGenerationTwice_MakesTwoFilesUnlessTheyAreTheSame()
    {
        var ring = Given.RingOfEveryState();
        var file = SealedRing.Seal(ring);
        Assert.Equal(_folder.Write(ring.Header, file), _folder.Write(ring.Header, file));
        Assert.NotEqual(_folder.Write(ring.Header, file), _folder.Write(ring.Header, SealedRing.Seal(ring)));
        Assert.Equal(2, _directory.List().Count);
    }

    [Fact]
    public void Read_OfADamagedOrMissingBackup_SaysSo()
    {
        var name = Write(7);
        _directory.Put(name, Given.Flip(_directory.Peek(name)!, 4_000));
        Given.Fails(ErrorCode.BackupDamaged, () => _folder.Read(name));
        _directory.Remove(name);
        Given.Fails(ErrorCode.StorageFailed, () => _folder.Read(name));
    }

    [Fact]
    public void HighestAbove_OfBackupsGoodAndBad_CountsTheGenuineOnes()
    {
        for (var generation = 7; generation < 10; generation++)
            Write(generation);
        var damaged = Write(10);
        _directory.Put(damaged, Given.Flip(_directory.Peek(damaged)!, 4_000));
        // Another generation's file under a higher number.
        var renamed = BackupFolder.Name(Given.RingOfEveryState(11).Header, new byte[32]);
        _directory.Put(renamed, _directory.Peek(_folder.List(Given.RingId)[0])!);
        Assert.Equal(9, _folder.HighestAbove(Given.RingId, 3, _ => true));
        Assert.Equal(8, _folder.HighestAbove(Given.RingId, 3, f => f.Header.Generation < 9));
        Assert.Equal(3, _folder.HighestAbove(Given.RingId, 3, _ => false));
        Assert.Equal(50, _folder.HighestAbove(Given.RingId, 50, _ => true));
    }

    private string Write(int generation)
    {
        var ring = Given.RingOfEveryState(generation);
        return _folder.Write(ring.Header, SealedRing.Seal(ring));
    }
}
