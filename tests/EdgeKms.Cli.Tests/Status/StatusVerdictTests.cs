using System.Text.Json;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Verify;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Tests.Status;

/// <summary>No word of the status is a command of its own: it takes them from the verdict.</summary>
public class StatusVerdictTests
{
    private static readonly string[] s_states = ["unsealed", "sealed", "absent", "damaged", "stopped", "another"];
    private static readonly string[] s_commands = ["init", "restart", "repair", "rollback", "restore"];

    public static TheoryData<string> States => [.. s_states];

    private static StatusReport Report(string state, ProblemReport? problem, VerdictReport? verdict) =>
        JsonSerializer.Deserialize(Reports.Absent, AdminJson.Default.StatusReport)! with
        {
            State = state,
            Problem = problem,
            Verdict = verdict,
        };

    [Theory, MemberData(nameof(States))]
    public void Headline_OfEachState_NamesNoCommandOfItsOwn(string state)
    {
        var problem = new ProblemReport("ring-lost", "lost", "hint");
        var verdict = new VerdictReport("lost", "lost", true, true, [new("edgekms restore /x", "why")]);
        foreach (var report in new[] { Report(state, problem, null), Report(state, problem, verdict) })
        {
            var (_, text) = StatusVerdict.Of(report);
            Assert.DoesNotContain(s_commands, c => text.Contains(c, StringComparison.Ordinal));
        }
    }

    [Theory, MemberData(nameof(States))]
    public void Problem_OfAnOlderDaemonThatAdvisesANewRing_DoesNotPassItOn(string state)
    {
        var report = Report(state, new ProblemReport("ring-missing", "there is none", "run \"edgekms init\""), null);

        Assert.DoesNotContain("edgekms init", StatusVerdict.Problem(report)!.Hint);
        Assert.DoesNotContain("edgekms init", ProviderStates.Of(report).Next);
    }

    [Fact]
    public void Problem_WithAVerdict_IsPassedOnAsItStands()
    {
        var report = JsonSerializer.Deserialize(Reports.Absent, AdminJson.Default.StatusReport)!;

        Assert.Same(report.Problem, StatusVerdict.Problem(report));
    }

    [Fact]
    public void Closing_OfEachReport_SaysWhatToDoOnce()
    {
        var verdict = new VerdictReport(
            "read-only",
            "text",
            false,
            false,
            [new("a", "b"), new(null, "c"), new("d", "e")]
        );

        Assert.Equal(
            ["text", "next: a   # b", "else: c", "else: d   # e"],
            StatusVerdict.Closing(Report("unsealed", null, verdict))
        );
        Assert.Empty(StatusVerdict.Closing(Report("unsealed", new ProblemReport("x", "y", "z"), verdict)));
        Assert.Empty(StatusVerdict.Closing(Report("unsealed", null, verdict with { Case = "healthy", Ways = [] })));
        Assert.Empty(StatusVerdict.Closing(Report("unsealed", null, null)));
    }
}
