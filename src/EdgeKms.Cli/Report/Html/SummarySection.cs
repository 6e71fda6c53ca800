namespace EdgeKms.Cli.Report.Html;

/// <summary>The verdict, and a line for each part with the way to it.</summary>
internal static class SummarySection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (html.In("section", ("aria-labelledby", "summary")))
        {
            html.Element("h2", "Summary", ("id", "summary"));
            using (html.In("div", ("class", $"verdict {report.Outcome}")))
            {
                using (html.In("p", ("class", "sentence")))
                    html.Text(report.Verdict);
                using (html.In("p"))
                {
                    Cell.Badge(report.Outcome).Write(html);
                    html.Text(" ").Text(report.Remark);
                }
            }
            using (html.In("ul", ("class", "points")))
            {
                foreach (var point in report.Summary)
                    Point(html, point);
            }
        }
    }

    private static void Point(HtmlWriter html, ReportPoint point)
    {
        using (html.In("li"))
        {
            using (html.In("p", ("class", "area")))
            {
                html.Element("a", point.Title, ("href", $"#{point.Area}"));
                html.Text(" ");
                Cell.Badge(point.Outcome).Write(html);
            }
            html.Element("p", point.Text);
        }
    }
}
