using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>One line of the log.</summary>
public sealed class AuditRecordTests
{
    private static readonly string Whole =
        """
            {"seq":12,"time":"2026-01-05T00:00:00Z","event":"key-created","ring":"AAECAwQFBgcICQoLDA0ODw",
            "generation":3,"key":"k3.AAECAwQFBgcICQoLDA0ODw","slot":4,"detail":"a \"reason\"\u000a\\ ü \u009b🔑",
            "prev":"0000000000000000000000000000000000000000000000000000000000000000"}
            """.Replace("\n", "", StringComparison.Ordinal) + "\n";

    public static TheoryData<AuditEvent> Events => [.. Enum.GetValues<AuditEvent>()];

    private static AuditRecord Record(AuditEntry entry) => new(12, Given.Monday, entry, new byte[32]);

    private static AuditRecord? Parse(string line) => AuditRecord.TryParse(Encoding.UTF8.GetBytes(line));

    [Fact]
    public void Write_OfEveryMember_IsTheLineOfTheSpec()
    {
        var entry = new AuditEntry(AuditEvent.KeyCreated)
        {
            Ring = Given.RingId,
            Generation = 3,
            Key = KeyId.TryParse("k3.AAECAwQFBgcICQoLDA0ODw"),
            Slot = 4,
            Detail = "a \"reason\"\n\\ ü \u009b🔑",
        };
        Assert.Equal(Whole, Encoding.UTF8.GetString(Record(entry).Write()));
        var parsed = Parse(Whole)!;
        Assert.Equal((12, Given.Monday, entry), (parsed.Sequence, parsed.Time, parsed.Entry));
        // Any JSON reader reads it.
        Assert.Equal(entry.Detail, JsonDocument.Parse(Whole).RootElement.GetProperty("detail").GetString());
    }

    [Theory, MemberData(nameof(Events))]
    public void Event_OfEachKind_HasAKebabCaseNameThatReadsBack(AuditEvent happened)
    {
        var name = AuditEventName.Of(happened);
        var kebab = string.Concat(
            happened.ToString().Select((c, i) => (i > 0 && char.IsUpper(c) ? "-" : "") + char.ToLowerInvariant(c))
        );
        Assert.Equal(kebab, name);
        Assert.Equal(happened, AuditEventName.TryParse(name));
        var line = Record(new AuditEntry(happened)).Write();
        Assert.Equal(happened, AuditRecord.TryParse(line)!.Entry.Event);
        Assert.DoesNotContain("null", Encoding.UTF8.GetString(line));
    }

    [Theory]
    [InlineData("{\"seq\":12", "{\"seq\":012")]
    [InlineData("{\"seq\":12", "{\"seq\": 12")]
    [InlineData("{\"seq\":12", "{\"seq\":0")]
    [InlineData("{\"seq\":12", "{\"seq\":1000000000000")]
    [InlineData("{\"seq\":12", "{\"seq\":99999999999999999999")]
    [InlineData("{\"seq\":12", "{\"seq\":\"12\"")]
    [InlineData("2026-01-05", "2026-02-30")]
    [InlineData("key-created", "key-Created")]
    [InlineData("key-created", "0")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw\",\"gen", "AAECAwQFBgcICQoLDA0ODx\",\"gen")]
    [InlineData("\"generation\":3", "\"generation\":-3")]
    [InlineData("\"generation\":3", "\"generation\":2147483648")]
    [InlineData("\"generation\":3", "\"generation\":null")]
    [InlineData("\"slot\":4", "\"slot\":4.0")]
    [InlineData("\"slot\":4", "\"slot\":4,\"slot\":4")]
    [InlineData("\"slot\":4", "\"other\":4")]
    [InlineData("\"slot\":4,", "")]
    [InlineData("k3.AAE", "k03.AAE")]
    [InlineData("\\u000a", "\\n")]
    [InlineData("\\u000a", "\\u000A")]
    [InlineData("\\u000a", "\\u0041")]
    [InlineData("\\u000a", "\\u1234")]
    [InlineData("\\u000a", "\\u00")]
    [InlineData("\\u000a", "\t")]
    [InlineData("ü", "\\u00fc")]
    [InlineData("a \\\"reason\\\"\\u000a\\\\ ü \\u009b🔑", "")]
    [InlineData("\"prev\":\"00", "\"prev\":\"0A")]
    [InlineData("\"prev\":\"00", "\"prev\":\"0")]
    [InlineData("\"prev\":\"00", "\"prev\":\"0000")]
    [InlineData("}\n", "}\r\n")]
    [InlineData("}\n", "}")]
    [InlineData("}\n", "}\n\n")]
    [InlineData("}\n", "} \n")]
    public void Parse_OfAnotherTextForIt_IsRefused(string part, string other)
    {
        Assert.Contains(part, Whole);
        var line = Whole.Replace(part, other, StringComparison.Ordinal);
        // Leaving a member out makes another line of the format: it is what is written that must not differ.
        var parsed = Parse(line);
        if (part == "\"slot\":4,")
            Assert.Null(parsed!.Entry.Slot);
        else
            Assert.Null(parsed);
    }

    [Fact]
    public void Parse_OfEveryPiece_IsRefused()
    {
        var line = Encoding.UTF8.GetBytes(Whole);
        for (var length = 0; length < line.Length; length++)
            Assert.Null(AuditRecord.TryParse(line.AsSpan(0, length)));
    }

    [Fact]
    public void Parse_OfInvalidUtf8_IsRefused()
    {
        var line = Encoding.UTF8.GetBytes(Whole);
        line[Array.IndexOf(line, (byte)0xC3)] = 0xFF;
        Assert.Null(AuditRecord.TryParse(line));
    }

    [Theory]
    [InlineData("a", 500, 500)]
    [InlineData("ü", 500, 500)]
    [InlineData("中", 500, 500)]
    [InlineData("🔑", 250, 500)]
    [InlineData("\0", 266, 266)]
    [InlineData("\"", 500, 500)]
    public void Detail_TooLong_IsCutAtWholeCharactersWithinBothLimits(string character, int count, int length)
    {
        var entry = new AuditEntry(AuditEvent.Repaired) { Detail = string.Concat(Enumerable.Repeat(character, 2_000)) };
        Assert.Equal(string.Concat(Enumerable.Repeat(character, count)), entry.Detail);
        Assert.Equal(length, entry.Detail!.Length);
    }

    [Theory]
    [InlineData("中")]
    [InlineData("\u0001")]
    [InlineData("\"")]
    [InlineData("🔑")]
    public void Line_WithTheLongestMembers_IsWithinTheLimitAndReadsBack(string character)
    {
        var entry = new AuditEntry(AuditEvent.RollbackAccepted)
        {
            Ring = Given.RingId,
            Generation = int.MaxValue,
            Key = KeyId.TryParse("k999999999.AAECAwQFBgcICQoLDA0ODw"),
            Slot = int.MaxValue,
            Detail = string.Concat(Enumerable.Repeat(character, 2_000)),
        };
        var line = new AuditRecord(AuditRecord.MaxSequence, Given.Monday, entry, Given.Bytes("line")).Write();
        Assert.InRange(line.Length, 1_000, AuditRecord.MaxLineBytes);
        Assert.Equal(entry, AuditRecord.TryParse(line)!.Entry);
    }

    [Fact]
    public void Detail_OfHalfASurrogatePair_StillReadsBack()
    {
        var entry = new AuditEntry(AuditEvent.Repaired) { Detail = "a\ud83d" };
        Assert.Equal("a\uFFFD", entry.Detail);
        Assert.Equal(entry, AuditRecord.TryParse(Record(entry).Write())!.Entry);
    }

    [Fact]
    public void Detail_Empty_IsNone() => Assert.Null(new AuditEntry(AuditEvent.Repaired) { Detail = "" }.Detail);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Number_BelowOne_IsMisuse(int number)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuditEntry(AuditEvent.Repaired) { Generation = number });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AuditEntry(AuditEvent.Repaired) { Slot = number });
    }

    [Fact]
    public void Mark_Text_ReadsBackStrictly()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData("line"u8));
        var mark = new AuditMark(12, hash);
        Assert.Equal(mark, AuditMark.TryParse(mark.Text));
        foreach (var text in new[] { "", ":", "12", "12:", $":{hash}", $"0:{hash}", $"+1:{hash}", $"12:{hash}0" })
            Assert.Null(AuditMark.TryParse(text));
        Assert.Null(AuditMark.TryParse($"12:{hash.ToUpperInvariant()}"));
    }
}
