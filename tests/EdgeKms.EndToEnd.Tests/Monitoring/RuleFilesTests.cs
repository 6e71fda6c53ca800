using System.Text.RegularExpressions;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Monitoring;

/// <summary>The files of deploy/prometheus and deploy/grafana, by promtool and beside the reference.</summary>
public sealed partial class RuleFilesTests
{
    [Theory]
    [InlineData("check", "rules")]
    [InlineData("test", "rules")]
    [InlineData("check", "config")]
    public async Task Files_OfPrometheus_PassPromtool(string verb, string what)
    {
        PrometheusServer.Require();
        var file =
            verb == "test" ? MonitoringFiles.RuleTests
            : what == "config" ? MonitoringFiles.Scrape
            : MonitoringFiles.Rules;
        var result = await RunningProcess.Run(PrometheusServer.Tool, [verb, what, file]);
        Assert.True(result.Exit == 0, result.ToString());
    }

    [Fact]
    public void Alerts_InTheRules_EachHaveACaseThatFiresAndOneThatDoesNot()
    {
        var cases = CasePattern().Matches(File.ReadAllText(MonitoringFiles.RuleTests));
        var fires = cases.Where(c => !c.Groups["none"].Success).Select(Name).ToHashSet(StringComparer.Ordinal);
        var silent = cases.Where(c => c.Groups["none"].Success).Select(Name).ToHashSet(StringComparer.Ordinal);

        Assert.True(MonitoringFiles.Alerts.Count > 20);
        Assert.Equal(MonitoringFiles.Alerts.ToHashSet(StringComparer.Ordinal), fires);
        Assert.Equal(MonitoringFiles.Alerts.ToHashSet(StringComparer.Ordinal), silent);

        static string Name(Match match) => match.Groups["name"].Value;
    }

    [Fact]
    public void Alerts_InTheRules_AreExplainedOnThePage()
    {
        var rules = File.ReadAllText(MonitoringFiles.Rules);
        var page = File.ReadAllText(MonitoringFiles.Page);
        Assert.All(
            MonitoringFiles.Alerts,
            alert =>
            {
                // Lower case: so an anchor is written.
                var anchor = alert.ToLower(System.Globalization.CultureInfo.InvariantCulture);
                Assert.Contains($"docs/operate/monitor.md#{anchor}\n", rules, StringComparison.Ordinal);
                Assert.Contains($"| <a id=\"{anchor}\"></a>`{alert}` |", page, StringComparison.Ordinal);
            }
        );
        Assert.Equal(MonitoringFiles.Alerts.Count, Regex.Count(page, "<a id=\"edgekms"));
    }

    [Fact]
    public void Metrics_InRulesTestsAndDashboard_AreOfTheReference()
    {
        var reference = MonitoringFiles.MetricsIn(MonitoringFiles.Metrics);
        Assert.Contains("edgekms_up", reference);
        foreach (var file in new[] { MonitoringFiles.Rules, MonitoringFiles.RuleTests, MonitoringFiles.Dashboard })
        {
            var used = MonitoringFiles.MetricsIn(file);
            Assert.True(used.Count > 15, $"{file}: {used.Count}");
            Assert.Empty(used.Except(reference));
        }
    }

    [GeneratedRegex(@"alertname: (?<name>\w+)\n +exp_alerts:(?<none> \[\])?\n")]
    private static partial Regex CasePattern();
}
