namespace EdgeKms.Cli.Report.Html;

/// <summary>Labels with their values.</summary>
internal static class HtmlFacts
{
    internal static void Write(HtmlWriter html, params IReadOnlyList<(string Label, Cell Value)> facts)
    {
        using (html.In("dl"))
        {
            foreach (var (label, value) in facts)
            {
                using (html.In("div"))
                {
                    html.Element("dt", label);
                    using (html.In("dd"))
                        value.Write(html);
                }
            }
        }
    }
}
