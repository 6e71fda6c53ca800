using System.Globalization;
using EdgeKms.Cli.Pages;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Scan;

/// <summary>The report for a person: what was read, the counts, the older values, the verdict and the next command.</summary>
internal static class ScanText
{
    private const string None = "-";

    /// <param name="report">What was counted.</param>
    /// <param name="problem">Why the active key isn't known; null where it is.</param>
    /// <param name="configured">Who writes, for the next command.</param>
    /// <param name="terminal">Where it goes.</param>
    internal static void Write(ScanReport report, string? problem, ConfiguredWriters configured, Terminal terminal)
    {
        Page(report, problem).WriteTo(terminal);
        var output = terminal.Output;
        output.WriteLine();
        foreach (var line in ScanVerdict.Lines(report, configured))
            output.WriteLine(Printable.Text(line));
    }

    /// <summary>Pure, so that a test shows it for any report.</summary>
    internal static Page Page(ScanReport report, string? problem)
    {
        List<Fact> facts =
        [
            new("Datastore", report.Datastore),
            new("Provider", report.Provider),
            new("Active key", report.ActiveKeyId ?? $"not known: {problem ?? "nobody said it"}"),
            new("Scope", Scope(report)),
            .. report.Gaps.Select(g => new Fact("Not complete", g)),
        ];
        List<PageTable> tables = [];
        if (report.Counts.Count > 0)
            tables.Add(Objects(report));
        if (report.Leftovers.Counts.Count > 0)
            tables.Add(Leftovers(report));
        return new Page(Tone.Good, null, facts, tables);
    }

    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Scope(ScanReport report)
    {
        var names = report.Resources.Count == 0 ? "no resource by name" : string.Join(", ", report.Resources);
        return report.Scope == "all"
            ? $"everything below {report.ClusterPrefix}; to be encrypted: {names}"
            : $"{names} below {report.ClusterPrefix}";
    }

    private static PageTable Objects(ScanReport report) =>
        new(
            $"Objects ({Number(report.Objects)})",
            ["Resource", "Stored as", "Key id", "Objects", "State"],
            [
                .. report.Counts.Select(c =>
                    (string[])
                        [c.Resource, c.Prefix ?? c.Form, c.KeyId ?? None, Number(c.Objects), c.State.Replace('-', ' ')]
                ),
            ]
        );

    private static PageTable Leftovers(ScanReport report) =>
        new(
            $"Older values that are still kept ({Number(report.Leftovers.Values)})",
            ["Resource", "Stored as", "Key id", "Values"],
            [
                .. report.Leftovers.Counts.Select(c =>
                    (string[])[c.Resource, c.Prefix ?? c.Form, c.KeyId ?? None, Number(c.Values)]
                ),
            ]
        );
}
