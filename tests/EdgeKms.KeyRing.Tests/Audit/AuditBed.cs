using System.Text;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Tests.RingFile;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>A log on a directory in memory.</summary>
internal sealed class AuditBed
{
    internal AuditBed()
        : this(new MemoryDirectory("/state/audit", new Steps())) { }

    private AuditBed(MemoryDirectory directory)
    {
        Directory = directory;
        Log = new AuditLog(directory, new FakeTimeProvider(new DateTimeOffset(Given.Monday)));
    }

    internal MemoryDirectory Directory { get; }

    internal AuditLog Log { get; }

    internal static AuditEntry Entry(string detail = "test") =>
        new(AuditEvent.KeyCreated)
        {
            Ring = Given.RingId,
            Generation = 3,
            Detail = detail,
        };

    internal static string Name(int file) => $"audit-{file:D8}.jsonl";

    internal AuditBed Append(int entries = 1, string detail = "test")
    {
        Assert.True(Log.TryAppend([.. Enumerable.Repeat(Entry(detail), entries)]));
        return this;
    }

    internal byte[] Content(int file) => Directory.Peek(Name(file))!;

    internal void Put(int file, byte[] content) => Directory.Put(Name(file), content);

    /// <summary>A power cut stopped an append in the newest file.</summary>
    internal AuditBed Tear(int file)
    {
        Put(file, [.. Content(file), .. "{\"seq\":"u8]);
        return this;
    }

    /// <summary>A log of so many files, each with one line and all but the newest with a torn tail.</summary>
    internal static AuditBed OfFiles(int count)
    {
        var bed = new AuditBed().Append();
        for (var file = 1; file < count; file++)
            bed.Tear(file).Append();
        return bed;
    }

    /// <summary>A log whose only file has room for one more line of <see cref="Entry"/>, and not for two.</summary>
    internal static AuditBed AlmostFull()
    {
        var bed = new AuditBed().Append();
        var one = bed.Content(1).Length;
        bed.Append(500, new string('x', 200));
        while (bed.Content(1).Length + 4 * one < 262_144)
            bed.Append();
        var room = 262_144 - bed.Content(1).Length;
        bed.Append(1, new string('x', room - one - 20 - (one - 4)));
        Assert.InRange(262_144 - bed.Content(1).Length, one + 4, 2 * one);
        return bed;
    }

    internal AuditBed Reboot(bool keepNames, bool keepContents) => new(Directory.Reboot(keepNames, keepContents));

    internal string[] Lines(int file) =>
        [.. Encoding.UTF8.GetString(Content(file)).Split('\n').SkipLast(1).Select(l => l + "\n")];

    internal void PutLines(int file, params IEnumerable<string> lines) =>
        Put(file, Encoding.UTF8.GetBytes(string.Concat(lines)));

    /// <summary>The verdict, which is ok.</summary>
    internal AuditVerdict Verified(AuditMark? noted = null)
    {
        var verdict = Log.Verify(noted);
        Assert.Null(verdict.Break);
        return verdict;
    }

    /// <summary>Where and why the log is broken.</summary>
    internal AuditBreak Broken(AuditMark? noted = null)
    {
        var verdict = Log.Verify(noted);
        Assert.False(verdict.IsOk);
        return verdict.Break!;
    }
}
