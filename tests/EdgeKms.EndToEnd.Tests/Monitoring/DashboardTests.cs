using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Monitoring;

/// <summary>The dashboard and the rules with a real Prometheus that scrapes a real daemon.</summary>
public sealed class DashboardTests(MonitoredProvider provider) : IClassFixture<MonitoredProvider>
{
    [Fact]
    public async Task Queries_OfEachPanel_HaveData()
    {
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(MonitoringFiles.Dashboard));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.InRange(panels.Count, 12, 24);
        foreach (var panel in panels)
        {
            var title = panel.GetProperty("title").GetString();
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                var expression = Filled(target.GetProperty("expr").GetString()!);
                Assert.True((await provider.Prometheus.Query(expression)).Count > 0, $"{title}: {expression}");
                Assert.True((await provider.Prometheus.QueryRange(expression)).Count > 0, $"{title}: {expression}");
            }
        }
    }

    [Fact]
    public async Task Variables_OfTheDashboard_AreAllThatItsQueriesUse()
    {
        var text = await File.ReadAllTextAsync(MonitoringFiles.Dashboard);
        using var dashboard = JsonDocument.Parse(text);
        var variables = dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray();
        Assert.Equal(["datasource", "job", "instance"], variables.Select(v => v.GetProperty("name").GetString()));
        Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            Assert.NotEqual("", panel.GetProperty("description").GetString());
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
        }
    }

    [Fact]
    public async Task Rules_OnAHealthyDaemon_AreEvaluatedAndSilent()
    {
        IReadOnlyList<(string Name, string Health, string? State)> rules = [];
        await Eventually.Holds(
            "Prometheus has evaluated each rule",
            async () => (rules = await provider.Prometheus.Rules()).All(r => r.Health != "unknown")
        );

        Assert.All(rules, r => Assert.Equal("ok", r.Health));
        Assert.Equal(
            MonitoringFiles.Alerts.Order(StringComparer.Ordinal),
            rules.Where(r => r.State is not null).Select(r => r.Name).Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(rules, r => r.State == "firing");
    }

    [Fact]
    public async Task Down_DaemonStopped_IsPendingUntilItServes()
    {
        await provider.Home.Stop();
        await Eventually.Holds("EdgeKmsDown is pending", () => Is("EdgeKmsDown", "pending"));

        await provider.Home.Serve("--self-test-interval", "1s");
        await provider.Tell();
        await provider.Call();
        await Eventually.Holds("EdgeKmsDown is over", () => Is("EdgeKmsDown", "inactive"));
    }

    private async Task<bool> Is(string alert, string state) =>
        (await provider.Prometheus.Rules()).Any(r => r.Name == alert && r.State == state);

    /// <summary>As Grafana fills in the variables with "All" chosen.</summary>
    private static string Filled(string expression) =>
        expression
            .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
            .Replace("$job", ".+", StringComparison.Ordinal)
            .Replace("$instance", ".+", StringComparison.Ordinal);
}
