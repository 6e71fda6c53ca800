using EdgeKms.Cli.Report.Html;

namespace EdgeKms.Cli.Report.Timeline;

/// <summary>One key: a dot where it was made, solid while it is active, hatched while it only decrypts, a cross at its end.</summary>
/// <param name="Key">The key.</param>
/// <param name="Scale">The time.</param>
/// <param name="Now">Where what goes on ends.</param>
internal sealed record KeyBar(KeyLife Key, TimeScale Scale, DateTime Now)
{
    // What lasts a minute in a picture of years is still to be seen.
    private const double Narrowest = 2;

    internal void Write(HtmlWriter html, TimelineRows rows, int row)
    {
        var middle = rows.Middle(row);
        var top = middle - (rows.Bar / 2);
        if (Key.Activated is { } activated)
        {
            var (from, until) = Span(activated, Key.Retired ?? Now);
            if (Key.Retired is { } retired && Key.State is "retired" or "destroyed")
            {
                var (kept, end) = Span(Key.Retired ?? Now, Key.State == "destroyed" ? Key.Destroyed ?? retired : Now);
                Svg.Box(html, rows.HasMarks ? "bar retired" : "bar retired thin", kept, top, end - kept, rows.Bar);
            }
            Svg.Box(html, "bar active", from, top, until - from, rows.Bar);
        }
        if (!rows.HasMarks)
            return;
        if (Key.State == "destroyed")
            Cross(html, Scale.Place(Key.Destroyed ?? Key.Retired ?? Key.Created), middle, rows.Bar / 2);
        Svg.Dot(html, "made", Scale.Place(Key.Created), middle, Math.Min(4, rows.Bar / 2.5));
    }

    private (double From, double Until) Span(DateTime from, DateTime until)
    {
        var start = Math.Min(Scale.Place(from), Scale.Right - Narrowest);
        return (start, Math.Max(start + Narrowest, Scale.Place(until)));
    }

    internal static void Cross(HtmlWriter html, double x, double y, double arm) =>
        Svg.Path(
            html,
            "cross",
            $"M{Svg.Number(x - arm)} {Svg.Number(y - arm)}L{Svg.Number(x + arm)} {Svg.Number(y + arm)}"
                + $"M{Svg.Number(x - arm)} {Svg.Number(y + arm)}L{Svg.Number(x + arm)} {Svg.Number(y - arm)}"
        );
}
