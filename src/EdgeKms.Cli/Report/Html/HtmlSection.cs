namespace EdgeKms.Cli.Report.Html;

/// <summary>What every section has: a heading with the outcome, and what to run where nothing was checked.</summary>
internal static class HtmlSection
{
    /// <summary>Opens a section of the summary's area.</summary>
    internal static HtmlElement Open(HtmlWriter html, KmsReport report, string area, string title)
    {
        var section = html.In("section", ("aria-labelledby", area));
        using (html.In("h2", ("id", area)))
        {
            html.Text(title);
            if (report.Summary.FirstOrDefault(p => p.Area == area) is { } point)
            {
                html.Text(" ");
                Cell.Badge(point.Outcome).Write(html);
            }
        }
        return section;
    }

    /// <summary>True where there is something to show; else the page says why not.</summary>
    internal static bool IsChecked<T>(HtmlWriter html, ReportPart<T> part)
        where T : class
    {
        if (part.Value is not null)
            return true;
        using (html.In("p"))
            html.Text("Not checked: ").Text(part.NotChecked ?? "nobody asked").Text(".");
        if (part.Next is { } next)
            Next(html, next);
        return false;
    }

    internal static void Next(HtmlWriter html, string next)
    {
        using (html.In("p", ("class", "next")))
            html.Element("strong", "Next: ").Text(next);
    }
}
