using System.Text;
using EdgeKms.Daemon.Errors;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Tests.Errors;

public sealed class ErrorTableTests
{
    public static TheoryData<ErrorCode> Codes => new(Enum.GetValues<ErrorCode>());

    [Theory]
    [MemberData(nameof(Codes))]
    public void Entry_OfEachCode_IsAMessagePairWithoutPaths(ErrorCode code)
    {
        var entry = ErrorTable.Of(code);

        foreach (var text in new[] { entry.Text, entry.Hint })
        {
            Assert.True(char.IsLower(text[0]), text);
            Assert.False(text.EndsWith('.'), text);
            Assert.DoesNotContain("/", text);
        }
        Assert.NotEqual(0, (int)entry.Exit);
        Assert.NotEqual(Grpc.Core.StatusCode.OK, entry.Grpc);
    }

    [Fact]
    public void ToRpc_OfADetailedFailure_CarriesThePublicTextOnly()
    {
        var e = new EdgeKmsException(ErrorCode.RingDamaged, "/var/lib/edgekms/ring/ring-00000042 is damaged");

        var status = ErrorTable.ToRpc(e.Code).Status;

        Assert.DoesNotContain("/var", status.Detail);
        Assert.EndsWith("[ring-damaged]", status.Detail);
    }

    [Fact]
    public void EachCode_IsMetInATest()
    {
        var tests = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith("ErrorTableTests.cs", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .ToList();

        var unmet = Enum.GetValues<ErrorCode>()
            .Where(c =>
                !tests.Exists(t =>
                    t.Contains($"ErrorCode.{c}", StringComparison.Ordinal)
                    || t.Contains($"\"{ErrorTable.Name(c)}\"", StringComparison.Ordinal)
                    || t.Contains(ErrorTable.Of(c).Hint, StringComparison.Ordinal)
                )
            );

        Assert.Empty(unmet);
    }

    [Fact]
    public void ErrorsPage_AgainstTheTable_IsUpToDate()
    {
        var page = new StringBuilder();
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            var entry = ErrorTable.Of(code);
            page.Append("### ").AppendLine(ErrorTable.Name(code)).AppendLine();
            page.AppendLine($"{entry.Text}. gRPC status `{entry.Grpc}`, exit code {(int)entry.Exit}.").AppendLine();
            page.AppendLine($"What to do: {entry.Hint}.").AppendLine();
        }
        var file = Path.Combine(Repository.Root, "docs/reference/errors.md");
        var text = File.ReadAllText(file);
        const string marker = "<!-- from ErrorTable -->\n\n";
        var at = text.IndexOf(marker, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("EDGEKMS_WRITE_DOCS") == "1")
            File.WriteAllText(file, text[..(at + marker.Length)] + page.ToString().TrimEnd() + "\n");

        Assert.Equal(page.ToString().TrimEnd() + "\n", File.ReadAllText(file)[(at + marker.Length)..]);
    }
}
