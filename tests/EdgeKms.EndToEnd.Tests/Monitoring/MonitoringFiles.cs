using System.Text.RegularExpressions;

namespace EdgeKms.EndToEnd.Tests.Monitoring;

/// <summary>The rules, the dashboard and the pages that the project ships.</summary>
internal static partial class MonitoringFiles
{
    internal static string Rules => At("deploy", "prometheus", "edgekms.rules.yml");

    internal static string RuleTests => At("deploy", "prometheus", "edgekms.test.yml");

    internal static string Scrape => At("deploy", "prometheus", "scrape.yml");

    internal static string Dashboard => At("deploy", "grafana", "edgekms.json");

    internal static string Metrics => At("docs", "reference", "metrics.md");

    internal static string Page => At("docs", "operate", "monitor.md");

    internal static IReadOnlyList<string> Alerts { get; } =
    [.. AlertPattern().Matches(File.ReadAllText(Rules)).Select(m => m.Groups["name"].Value)];

    /// <summary>Names of metrics in a text, without those that a rule records (they have colons) and a histogram's suffixes.</summary>
    internal static IReadOnlySet<string> MetricsIn(string file) =>
        MetricPattern()
            .Matches(File.ReadAllText(file))
            .Select(m => m.Value)
            .Select(n => n.EndsWith("_bucket", StringComparison.Ordinal) ? n[..^"_bucket".Length] : n)
            .ToHashSet(StringComparer.Ordinal);

    private static string At(params string[] names) => Path.Combine([Root(), .. names]);

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "EdgeKms.slnx")))
                return at.FullName;
        }
        throw new DirectoryNotFoundException("the tests don't lie in the project");
    }

    [GeneratedRegex(@"^ +- alert: (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex AlertPattern();

    [GeneratedRegex(@"(?<![\w:/.-])(edgekms|process)_[a-z_]+(?![\w:])")]
    private static partial Regex MetricPattern();
}
