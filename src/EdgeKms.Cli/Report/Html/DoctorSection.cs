using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Report.Html;

/// <summary>Doctor's findings: those that matter in full, then all of them.</summary>
internal static class DoctorSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "doctor", "Doctor"))
        {
            if (!HtmlSection.IsChecked(html, report.Doctor) || report.Doctor.Value is not { } doctor)
                return;
            html.Element("p", report.Summary.First(p => p.Area == "doctor").Text);
            foreach (
                var finding in doctor
                    .Findings.Where(f => f.Outcome is "fail" or "warn")
                    .OrderBy(f => f.Outcome, StringComparer.Ordinal)
            )
                Finding(html, finding);
            new HtmlTable(
                "doctor-table",
                "Every check",
                ["Check", "Outcome", "Demands", "Found"],
                [.. doctor.Findings.Select(f => (Cell[])[Cell.Code(f.Id), Badge(f), Cell.Of(f.Title), Cell.Of(f.Text)])]
            ).Write(html);
        }
    }

    internal static Cell Badge(DoctorFinding finding) =>
        finding.Outcome switch
        {
            "pass" => Cell.Badge(ReportOutcome.Ok, "pass"),
            "warn" => Cell.Badge(ReportOutcome.Attention, "warning"),
            "fail" => Cell.Badge(ReportOutcome.Problem, "failed"),
            _ => Cell.Badge(ReportOutcome.NotChecked, "skipped"),
        };

    private static void Finding(HtmlWriter html, DoctorFinding finding)
    {
        using (html.In("div", ("class", "finding")))
        {
            using (html.In("h3"))
            {
                html.Element("code", finding.Id).Text(" ");
                Badge(finding).Write(html);
            }
            html.Element("p", ReportSummary.Sentence(finding.Text));
            if (finding.Means is { } means)
                html.Element("p", ReportSummary.Sentence(means));
            html.Element(
                "p",
                $"Stops the API server: {(finding.StopsApiServer ? "yes" : "no")}. Can lose data: {(finding.CanLoseData ? "yes" : "no")}.",
                ("class", "note")
            );
            if (finding.Next is { } next)
                HtmlSection.Next(html, next);
        }
    }
}
