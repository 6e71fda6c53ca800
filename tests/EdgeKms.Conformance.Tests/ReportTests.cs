using System.Text.Json;
using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests;

public class ReportTests
{
    private static readonly ConformanceReport Report = ConformanceReport.From(
        new ConformanceOptions { Plugin = TestRun.Address("/run/x/kms.sock"), Strict = true },
        [
            new("1", "transport", Level.Must, "first", "source", Outcome.Pass, "", 3),
            new("26", "status", Level.Should, "second", "advice", Outcome.Warn, "p99 300.0 ms", 40),
            new("48", "decrypt", Level.Must, "third", "law", Outcome.Fail, "was accepted", 5),
            new("80a", "api server", Level.Project, "fourth", "own", Outcome.Skip, "needs --restart-command", 0),
        ]
    );

    [Fact]
    public void ToJson_Report_HasTheDocumentedShape()
    {
        var root = JsonDocument.Parse(Report.ToJson()).RootElement;

        Assert.Equal(
            ["schema", "socket", "kubernetes", "strict", "quick", "passed", "warned", "failed", "skipped", "checks"],
            root.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal("edgekms.conformance/1", root.GetProperty("schema").GetString());
        Assert.Equal("/run/x/kms.sock", root.GetProperty("socket").GetString());
        Assert.Equal("1.32", root.GetProperty("kubernetes").GetString());
        Assert.Equal(1, root.GetProperty("failed").GetInt32());
        var check = root.GetProperty("checks")[1];
        Assert.Equal(
            ["number", "section", "level", "title", "source", "outcome", "reason", "milliseconds"],
            check.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal("S", check.GetProperty("level").GetString());
        Assert.Equal("warn", check.GetProperty("outcome").GetString());
        Assert.Equal("80a", root.GetProperty("checks")[3].GetProperty("number").GetString());
    }

    [Fact]
    public async Task Write_Report_IsAnAlignedTable()
    {
        using var output = new StringWriter { NewLine = "\n" };

        await ReportTable.WriteAsync(Report, output);

        Assert.Equal(
            """
            check  level  result  rule
            1      M      pass    first
            26     S      warn    second
                                  p99 300.0 ms
                                  rule: advice
            48     M      FAIL    third
                                  was accepted
                                  rule: law
            80a    P      skip    fourth
                                  needs --restart-command

            1 passed, 1 warned, 1 failed, 1 skipped

            """,
            output.ToString()
        );
    }

    [Fact]
    public void From_ReasonWithControlCharacters_KeepsThemOffTheTerminal()
    {
        var check = new Check(1, Level.Must, "title", "source", _ => Task.FromResult(Verdict.Pass()));

        var result = CheckResult.From(check, Outcome.Fail, "a\u001b[31mb\nc", TimeSpan.FromMilliseconds(1.9));

        Assert.Equal("a [31mb c", result.Reason);
        Assert.Equal(1, result.Milliseconds);
    }

    [Theory]
    [InlineData(Level.Must, Outcome.Fail, false, Outcome.Fail)]
    [InlineData(Level.Should, Outcome.Fail, false, Outcome.Warn)]
    [InlineData(Level.Project, Outcome.Fail, false, Outcome.Warn)]
    [InlineData(Level.Should, Outcome.Fail, true, Outcome.Fail)]
    [InlineData(Level.Project, Outcome.Fail, true, Outcome.Fail)]
    [InlineData(Level.Must, Outcome.Warn, false, Outcome.Warn)]
    [InlineData(Level.Must, Outcome.Warn, true, Outcome.Fail)]
    [InlineData(Level.Must, Outcome.Pass, true, Outcome.Pass)]
    [InlineData(Level.Should, Outcome.Skip, true, Outcome.Skip)]
    public void Weigh_Verdict_DependsOnLevelAndStrict(Level level, Outcome found, bool strict, Outcome expected) =>
        Assert.Equal(expected, ConformanceRun.Weigh(level, new Verdict(found, ""), strict));
}
