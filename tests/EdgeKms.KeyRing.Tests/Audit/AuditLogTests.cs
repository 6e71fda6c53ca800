using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Tests.RingFile;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>Appending, rotation of the files, and what a whole log looks like.</summary>
public sealed class AuditLogTests
{
    [Fact]
    public void Verify_OfNoLog_IsOkAndEmpty()
    {
        var verdict = new AuditBed().Verified();
        Assert.Equal((0, 0, 0, null), (verdict.Entries, verdict.FirstSequence, verdict.LastSequence, verdict.Head));
        Assert.Empty(new AuditBed().Log.Read().Records);
    }

    [Fact]
    public void Append_OfEntries_MakesAChainThatReadsBack()
    {
        var bed = new AuditBed();
        Assert.True(
            bed.Log.TryAppend(new AuditEntry(AuditEvent.RingCreated), new AuditEntry(AuditEvent.SlotAdded) { Slot = 1 })
        );
        Assert.True(bed.Log.TryAppend(AuditBed.Entry()));
        Assert.True(bed.Log.TryAppend());

        var lines = bed.Lines(1);
        var hashes = lines.Select(l => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(l)))).ToArray();
        Assert.Equal(3, lines.Length);
        Assert.StartsWith(
            "{\"seq\":1,\"time\":\"2026-01-05T00:00:00Z\",\"event\":\"ring-created\",\"prev\":\"000",
            lines[0]
        );
        Assert.EndsWith($"\"prev\":\"{hashes[0]}\"}}\n", lines[1]);
        Assert.EndsWith($"\"prev\":\"{hashes[1]}\"}}\n", lines[2]);

        var verdict = bed.Verified();
        Assert.Equal((3, 1, 3), (verdict.Entries, verdict.FirstSequence, verdict.LastSequence));
        Assert.Equal(hashes[2], verdict.Head!.Hash);
        Assert.Empty(verdict.TornTails);
        var records = bed.Log.Read().Records;
        Assert.Equal([1, 2, 3], records.Select(r => r.Sequence));
        Assert.Equal(AuditBed.Entry(), records[2].Entry);
        Assert.Equal([2, 3], bed.Log.Read(2).Records.Select(r => r.Sequence));
    }

    [Fact]
    public void Append_BeyondTheFilesSize_GoesOnInTheNext()
    {
        var bed = AuditBed.AlmostFull();
        var before = bed.Verified().Entries;
        bed.Append(3); // one fits, two don't
        Assert.InRange(bed.Content(1).Length, 262_144 - 300, 262_144);
        Assert.Equal(2, bed.Lines(2).Length);
        Assert.Equal(before + 3, bed.Verified().Entries);
        bed.Append();
        Assert.Equal(3, bed.Lines(2).Length);
        bed.Verified();
    }

    [Fact]
    public void Append_OfMoreThanAFile_FillsSeveral()
    {
        var bed = new AuditBed().Append(1_000, new string('x', 500));
        Assert.Equal(1_000, bed.Verified().Entries);
        Assert.True(bed.Content(3).Length > 0);
        for (var file = 1; file <= 3; file++)
            Assert.InRange(bed.Content(file).Length, 1, 262_144);
    }

    [Fact]
    public void Append_BeyondTheKeptFiles_RemovesTheOldest()
    {
        var bed = AuditBed.OfFiles(32);
        Assert.Contains(AuditBed.Name(1), bed.Directory.List());
        bed.Tear(32).Append();
        var files = bed.Directory.List().Where(n => n != AuditLog.LockName).Order().ToArray();
        Assert.Equal([.. Enumerable.Range(2, 32).Select(AuditBed.Name)], files);
        var verdict = bed.Verified();
        Assert.Equal((32, 2, 33), (verdict.Entries, verdict.FirstSequence, verdict.LastSequence));
    }

    [Fact]
    public void Append_WhenTheOldestFileCannotGo_IsTrueAndTheNextRemovesIt()
    {
        var steps = new Steps();
        var bed = AuditBed.OfFiles(32).Tear(32);
        var copy = bed.Reboot(keepNames: true, keepContents: true);
        copy.Directory.Steps = steps;
        copy.Append();
        bed.Directory.Steps = new Steps { ErrorAt = steps.Count, Error = ErrorCode.StorageFailed }; // the removal
        bed.Append();
        Assert.NotNull(bed.Directory.Peek(AuditBed.Name(1)));
        Assert.Equal(33, bed.Verified().Entries);
        bed.Directory.Steps = new Steps();
        bed.Append();
        Assert.Null(bed.Directory.Peek(AuditBed.Name(1)));
        bed.Verified();
    }

    [Fact]
    public void Append_AfterATornTail_StartsTheNextFileAndKeepsTheTail()
    {
        var bed = new AuditBed().Append(2).Tear(1);
        var torn = bed.Content(1);
        Assert.Equal([AuditBed.Name(1)], bed.Verified().TornTails);
        bed.Append();
        Assert.Equal(torn, bed.Content(1));
        var verdict = bed.Verified();
        Assert.Equal((3, 3), (verdict.Entries, verdict.LastSequence));
        Assert.Equal([AuditBed.Name(1)], verdict.TornTails);
        bed.Append();
        Assert.Equal(2, bed.Lines(2).Length);
    }

    [Fact]
    public void Append_WhenTheVeryFirstLineIsTorn_BeginsInTheNextFile()
    {
        var bed = new AuditBed();
        bed.Put(1, [1, 2, 3]);
        bed.Append();
        Assert.Equal((1, 1), (bed.Verified().FirstSequence, bed.Verified().Entries));
        Assert.Single(bed.Lines(2));
    }

    [Fact]
    public void Append_AfterADamagedLine_GoesOnInTheNextFileAndTheLogStaysBroken()
    {
        var bed = new AuditBed().Append(2);
        bed.PutLines(1, [bed.Lines(1)[0], "damaged\n"]);
        bed.Append();
        Assert.Equal(new AuditBreak(AuditBed.Name(1), 2, "it is not a line of this format"), bed.Broken());
        Assert.Equal(2, bed.Log.Read().Records[^1].Sequence);
        Assert.Equal(1, bed.Log.Read().Unreadable);
    }

    [Fact]
    public void Append_WhenTheNewestFileIsTooLarge_GoesOnInTheNext()
    {
        var bed = new AuditBed().Append();
        bed.Put(2, new byte[262_145]);
        bed.Append();
        Assert.Single(bed.Lines(3));
        Assert.Equal(AuditBed.Name(2), bed.Broken().File);
    }

    [Fact]
    public void Append_AtTheLastSequenceOrFile_IsFalse()
    {
        var last = new AuditRecord(AuditRecord.MaxSequence, Given.Monday, AuditBed.Entry(), new byte[32]);
        var bed = new AuditBed();
        bed.Put(5, last.Write());
        Assert.False(bed.Log.TryAppend(AuditBed.Entry()));
        bed = new AuditBed();
        bed.Put(99_999_999, [1]);
        Assert.False(bed.Log.TryAppend(AuditBed.Entry()));
    }

    [Fact]
    public async Task Append_WhileAnotherHoldsTheLock_IsFalseAfterAWhileOfItsOwnClock()
    {
        var time = new FakeTimeProvider();
        var directory = new MemoryDirectory("/state/audit", new Steps());
        var log = new AuditLog(directory, time);
        using var held = ((IStateDirectory)directory).TryLock(AuditLog.LockName);
        var append = Task.Run(() => log.TryAppend(AuditBed.Entry()));
        while (!append.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }
        Assert.False(await append);
        Assert.Empty(directory.List());
    }

    [Fact]
    public void OtherNames_InTheDirectory_AreIgnored()
    {
        var bed = new AuditBed().Append();
        foreach (
            var name in new[] { "audit-00000000.jsonl", "audit-2.jsonl", "audit-00000003.json", "audit-0000000x.jsonl" }
        )
            bed.Directory.Put(name, [1]);
        bed.Append();
        Assert.Equal(2, bed.Verified().Entries);
    }
}
