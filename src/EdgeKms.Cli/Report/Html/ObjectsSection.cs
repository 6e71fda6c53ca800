using EdgeKms.Cli.Scan;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Report.Html;

/// <summary>The last scan: objects by resource and key.</summary>
internal static class ObjectsSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "objects", "Stored objects"))
        {
            if (HtmlSection.IsChecked(html, report.Scan) && report.Scan.Value is { } scan)
                Scan(html, report, scan);
            if (report.Provider.Value?.Reencryption is { } told)
                Reencryption(html, told);
        }
    }

    private static void Scan(HtmlWriter html, KmsReport report, ScanReport scan)
    {
        html.Element("p", report.Verdict);
        HtmlFacts.Write(
            html,
            [
                ("Counted", Cell.Date(scan.Time)),
                ("Datastore", Cell.Of(scan.Datastore)),
                ("Active key", Cell.Code(scan.ActiveKeyId)),
                ("Complete", Cell.Of(scan.Complete ? "yes" : $"no: {string.Join("; ", scan.Gaps)}")),
            ]
        );
        new HtmlTable(
            "objects-table",
            "Objects by resource and key, read from the datastore itself",
            ["Resource", "Stored as", "Key id", "Objects", "State"],
            [
                .. scan.Counts.Select(c =>
                    (Cell[])
                        [
                            Cell.Of(c.Resource),
                            Cell.Code(c.Prefix ?? c.Form),
                            Cell.Code(c.KeyId),
                            Cell.Number(c.Objects),
                            Cell.Badge(Outcome(c.State), c.State.Replace('-', ' ')),
                        ]
                ),
            ]
        ).Write(html);
        new HtmlTable(
            "leftovers-table",
            "Older values that the datastore still keeps",
            ["Resource", "Stored as", "Key id", "Values"],
            [
                .. scan.Leftovers.Counts.Select(c =>
                    (Cell[])
                        [Cell.Of(c.Resource), Cell.Code(c.Prefix ?? c.Form), Cell.Code(c.KeyId), Cell.Number(c.Values)]
                ),
            ]
        ).Write(html);
        foreach (
            var line in ScanVerdict
                .Lines(scan, ConfiguredWriters.Unknown(scan.Provider))
                .Where(l => !l.StartsWith("next:", StringComparison.Ordinal))
        )
        {
            if (line != ScanVerdict.Verdict(scan))
                html.Element("p", ReportSummary.Sentence(line), ("class", "note"));
        }
        if (report.ScanNext is { } next)
            HtmlSection.Next(html, next);
    }

    private static string Outcome(string state) =>
        state switch
        {
            "active" => ReportOutcome.Ok,
            "not-covered" => ReportOutcome.NotChecked,
            "stale" or "undecided" => ReportOutcome.Attention,
            _ => ReportOutcome.Problem,
        };

    /// <summary>What the watching re-encryption has told the daemon: a statement of its own, beside the scan.</summary>
    private static void Reencryption(HtmlWriter html, ReencryptionReport told)
    {
        html.Element("h3", "Re-encryption after the last rotation");
        HtmlFacts.Write(
            html,
            ("State", Cell.Of(told.Problem is { } problem ? $"{told.State}: {problem}" : told.State)),
            ("Key", Cell.Code(told.KeyId)),
            ("Objects", Cell.Number(told.Objects)),
            ("Under older keys", Cell.Number(told.Stale)),
            ("Proven", Cell.Date(told.ProvenAt))
        );
    }
}
