using System.Text;
using EdgeKms.KeyRing.Audit;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>What somebody changed in the files is found, with file and line.</summary>
public sealed class AuditTamperTests
{
    public static TheoryData<int> Lines => [1, 3, 5];

    [Theory, MemberData(nameof(Lines))]
    public void EachBit_OfALine_IsFound(int line)
    {
        var bed = new AuditBed().Append(5, "ü \"x\"");
        var content = bed.Content(1);
        var noted = bed.Verified().Head!;
        var lines = bed.Lines(1).Select(Encoding.UTF8.GetByteCount).ToArray();
        var start = lines[..(line - 1)].Sum();
        for (var bit = 8 * start; bit < 8 * (start + lines[line - 1]); bit++)
        {
            bed.Put(1, Given.Flip(content, bit));
            // The last line is what no other line holds the hash of: only the noted head does.
            var broken = bed.Broken(line == lines.Length ? noted : null);
            // The very last newline tells a whole line from one that a power cut stopped.
            if (bit / 8 == content.Length - 1)
                Assert.Equal("the noted line 5 is gone: the log ends before it", broken.Reason);
            else // Another character in a line that is still one shows in the next.
                Assert.InRange(broken.Line!.Value, line, Math.Min(line + 1, lines.Length));
        }
    }

    [Fact]
    public void PreviousHashOrSequence_Forged_IsFoundInTheLineItself()
    {
        var bed = new AuditBed().Append(2);
        var lines = bed.Lines(1);
        var forged = AuditRecord.TryParse(Encoding.UTF8.GetBytes(lines[1]))!;
        foreach (var record in new[] { forged with { Previous = new byte[32] }, forged with { Sequence = 3 } })
        {
            bed.PutLines(1, [lines[0], Encoding.UTF8.GetString(record.Write())]);
            Assert.Equal(2, bed.Broken().Line);
        }
    }

    [Fact]
    public void Line_Removed_IsFound()
    {
        var bed = new AuditBed().Append(4);
        var lines = bed.Lines(1);
        bed.PutLines(1, lines[1..]);
        Assert.Equal(1, bed.Broken().Line);
        bed.PutLines(1, [lines[0], .. lines[2..]]);
        Assert.Equal(new AuditBreak(AuditBed.Name(1), 2, "its number is 3 where 2 comes next"), bed.Broken());
    }

    [Fact]
    public void Lines_Exchanged_AreFound()
    {
        var bed = new AuditBed().Append(4);
        var lines = bed.Lines(1);
        bed.PutLines(1, [lines[0], lines[2], lines[1], lines[3]]);
        Assert.Equal(2, bed.Broken().Line);
    }

    [Fact]
    public void Line_OfAnotherLogAtItsPlace_IsFound()
    {
        var bed = new AuditBed().Append(3);
        var other = new AuditBed().Append(3, "other");
        var lines = bed.Lines(1);
        bed.PutLines(1, [lines[0], other.Lines(1)[1], lines[2]]);
        Assert.Equal(new AuditBreak(AuditBed.Name(1), 2, "it doesn't continue from the line before it"), bed.Broken());
    }

    [Fact]
    public void Line_Repeated_IsFound()
    {
        var bed = new AuditBed().Append(2);
        bed.PutLines(1, [.. bed.Lines(1), bed.Lines(1)[1]]);
        Assert.Equal(3, bed.Broken().Line);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void File_Removed_IsFound(int file)
    {
        var bed = AuditBed.OfFiles(5);
        bed.Directory.Remove(AuditBed.Name(file));
        Assert.Equal(new AuditBreak(AuditBed.Name(file + 1), null, $"{AuditBed.Name(file)} is missing"), bed.Broken());
    }

    [Fact]
    public void Files_RemovedWhenThereAreNotTooMany_AreFound()
    {
        var bed = AuditBed.OfFiles(33);
        bed.Verified();
        bed.Directory.Remove(AuditBed.Name(2));
        Assert.Equal(AuditBed.Name(3), bed.Broken().File);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void File_Emptied_IsFound(int file)
    {
        var bed = AuditBed.OfFiles(5);
        bed.Put(file, []);
        Assert.Equal(
            new AuditBreak(AuditBed.Name(file + 1), 1, $"its number is {file + 1} where {file} comes next"),
            bed.Broken()
        );
    }

    [Fact]
    public void Lines_CutOffBeforeALaterFile_AreFound()
    {
        var bed = new AuditBed().Append(2).Tear(1).Append();
        bed.PutLines(1, bed.Lines(1)[..1]);
        Assert.Equal((AuditBed.Name(2), 1), (bed.Broken().File, bed.Broken().Line));
    }

    [Fact]
    public void Tail_CutOff_IsFoundByTheNotedHeadOnly()
    {
        var bed = new AuditBed().Append(3);
        var noted = bed.Verified().Head!;
        bed.Append(2);
        bed.Verified(noted);
        bed.PutLines(1, bed.Lines(1)[..2]);
        bed.Verified();
        Assert.Contains("noted line 3 is gone", bed.Broken(noted).Reason);
    }

    [Fact]
    public void Log_WrittenAnew_IsFoundByTheNotedHeadOnly()
    {
        var noted = new AuditBed().Append(3).Verified().Head!;
        var other = new AuditBed().Append(5, "nothing happened");
        other.Verified();
        Assert.Equal(
            new AuditBreak(AuditBed.Name(1), 3, "it has another hash than the one noted"),
            other.Broken(noted)
        );
        Assert.Null(new AuditBed().Broken(noted).File);
    }

    [Fact]
    public void NotedLine_OlderThanTheKeptFiles_IsNotProven()
    {
        var bed = AuditBed.OfFiles(1);
        var noted = bed.Verified().Head!;
        for (var file = 1; file < 33; file++)
            bed.Tear(file).Append();
        bed.Verified();
        Assert.Contains("the oldest kept line is newer", bed.Broken(noted).Reason);
    }
}
