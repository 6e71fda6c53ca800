using EdgeKms.Cli.Report.Html;
using EdgeKms.Cli.Status;
using static System.FormattableString;

namespace EdgeKms.Cli.Report.Timeline;

/// <summary>
/// The keys over time, as a picture in the page. It is one image to a screen reader, described in words; the table below it has the
/// same data.
/// </summary>
/// <param name="Keys">Oldest first; at least one.</param>
/// <param name="NextRotation">Null where none is due.</param>
/// <param name="Now">When the report was made.</param>
internal sealed record TimelineDrawing(IReadOnlyList<KeyLife> Keys, DateTime? NextRotation, DateTime Now)
{
    internal const double Width = 960;

    private const double Names = 208;
    private const double Margin = 8;
    private const double NowAt = 16;
    private const double DueAt = 34;
    private const double Top = 46;
    private const int MostCharacters = 28;

    // A due date of the far future means "never"; it would shrink everything else to a point.
    private static readonly TimeSpan s_farthest = TimeSpan.FromDays(3_660);

    internal TimelineRows Rows { get; } = new(Keys.Count, Top);

    internal double Height => Rows.Bottom + TimeAxis.Height + TimelineLegend.Height;

    internal TimeScale Scale { get; } =
        TimeScale.Over(
            [
                Now,
                .. Shown(NextRotation, Now) is { } due ? [due] : Array.Empty<DateTime>(),
                .. Keys.SelectMany(k => new[] { k.Created, k.Activated, k.Retired, k.Destroyed }.OfType<DateTime>()),
            ],
            Names,
            Width - Names - Margin
        );

    internal void Write(HtmlWriter html)
    {
        using (
            html.In(
                "figure",
                ("class", "scroll"),
                ("role", "group"),
                ("tabindex", "0"),
                ("aria-labelledby", "timeline-title")
            )
        )
        using (
            html.In(
                "svg",
                ("viewBox", $"0 0 {Svg.Number(Width)} {Svg.Number(Height)}"),
                ("role", "img"),
                ("aria-labelledby", "timeline-title timeline-description")
            )
        )
        {
            html.Element("title", "Timeline of the keys", ("id", "timeline-title"));
            html.Element("desc", Description(), ("id", "timeline-description"));
            Hatching(html);
            new TimeAxis(Scale, Top, Rows.Bottom).Write(html);
            for (var row = 0; row < Keys.Count; row++)
                Row(html, row);
            new DateMarker("now", $"now, {Moments.Date(Now)}", Now, NowAt).Write(html, Scale, Top - 8, Rows.Bottom);
            if (Shown(NextRotation, Now) is { } due)
                new DateMarker("due", $"next rotation, {Moments.Date(due)}", due, DueAt).Write(
                    html,
                    Scale,
                    Top - 8,
                    Rows.Bottom
                );
            TimelineLegend.Write(html, Margin, Height - (TimelineLegend.Height / 2) + 4);
        }
    }

    private static DateTime? Shown(DateTime? due, DateTime now) =>
        due is { } date && date - now < s_farthest ? date : null;

    private void Row(HtmlWriter html, int row)
    {
        var key = Keys[row];
        if (Rows.IsLabelled(row))
        {
            var middle = Rows.Middle(row);
            Svg.Text(html, "label id", Names - 12, middle + 4, TimelineLabel.Short(key.Id, MostCharacters), "end");
        }
        new KeyBar(key, Scale, Now).Write(html, Rows, row);
    }

    /// <summary>Retired is not told from active by its colour alone.</summary>
    private static void Hatching(HtmlWriter html)
    {
        using (html.In("defs"))
        using (
            html.In(
                "pattern",
                ("id", "hatching"),
                ("width", "6"),
                ("height", "6"),
                ("patternUnits", "userSpaceOnUse"),
                ("patternTransform", "rotate(45)")
            )
        )
        {
            Svg.Box(html, "hatch-ground", 0, 0, 6, 6);
            Svg.Line(html, "hatch", 0, 0, 0, 6);
        }
    }

    private string Description()
    {
        int Number(string state) => Keys.Count(k => k.State == state);
        var active = Keys.LastOrDefault(k => k.State == "active");
        var text = Invariant(
            $"{Moments.Count(Keys.Count, "key")} since {Moments.Date(Keys.Min(k => k.Created))}: {Number("active")} active, {Number("retired")} retired, {Number("destroyed")} destroyed."
        );
        if (active is { Activated: { } since })
            text += $" Active since {Moments.Date(since)}: {active.Id}.";
        return NextRotation is { } due ? $"{text} Next rotation {Moments.Date(due)}." : text;
    }
}
