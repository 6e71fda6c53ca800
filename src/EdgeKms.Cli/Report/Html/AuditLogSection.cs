using System.Globalization;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Report.Html;

/// <summary>Whether the log's chain is whole, and what happened last.</summary>
internal static class AuditLogSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "audit-log", "Audit log"))
        {
            if (!HtmlSection.IsChecked(html, report.AuditLog) || report.AuditLog.Value is not { } log)
                return;
            html.Element("p", report.Summary.First(p => p.Area == "audit-log").Text);
            var verified = log.Verification;
            HtmlFacts.Write(
                html,
                ("Chain", Cell.Of(verified.Ok ? "whole" : Broken(verified))),
                ("Covers the key ring", Cell.Of(Coverage(verified.Coverage))),
                ("Entries", Cell.Number(verified.Entries)),
                ("Head", Cell.Code(verified.Head)),
                (
                    "Torn by a power cut",
                    Cell.Of(verified.TornTails.Count == 0 ? "none" : string.Join(", ", verified.TornTails))
                )
            );
            html.Element(
                "p",
                "Whoever may write the log could write its whole chain anew: note the head elsewhere, and \"edgekms audit-log verify --head\" proves later that nothing was changed or cut off.",
                ("class", "note")
            );
            new HtmlTable(
                "audit-table",
                "Newest entries, newest first",
                ["Number", "When (UTC)", "Event", "Generation", "Key id", "Slot", "Detail"],
                [.. log.Newest.Select(Row)]
            ).Write(html);
        }
    }

    private static Cell[] Row(AuditEntryReport entry) =>
        [
            Cell.Of(entry.Sequence.ToString(CultureInfo.InvariantCulture)),
            Cell.Column(entry.Time),
            Cell.Code(entry.Event),
            Cell.Number(entry.Generation),
            Cell.Code(entry.KeyId),
            Cell.Number(entry.Slot),
            Cell.Of(entry.Detail),
        ];

    private static string Coverage(AuditCoverageReport? coverage) =>
        coverage switch
        {
            null => "not compared",
            { Covers: true } => "yes",
            _ => $"no: {string.Join("; ", coverage.Missing)}",
        };

    private static string Broken(AuditVerifyReport log)
    {
        var line = log.BrokenLine is { } number ? string.Create(CultureInfo.InvariantCulture, $" line {number}") : "";
        return log.BrokenFile is { } file ? $"broken at {file}{line}: {log.Reason}" : $"broken: {log.Reason}";
    }
}
