using EdgeKms.Cli.Report.Html;

namespace EdgeKms.Cli.Report.Timeline;

/// <summary>A line through all rows at one date, with its label above them.</summary>
/// <param name="Look">Class of the line.</param>
/// <param name="Text">What it is.</param>
/// <param name="Date">Where.</param>
/// <param name="LabelAt">Where the label's line of text is: each marker has its own.</param>
internal sealed record DateMarker(string Look, string Text, DateTime Date, double LabelAt)
{
    /// <summary>Wide enough for the longest of our labels in any usual font.</summary>
    private const double LabelWidth = 220;

    internal void Write(HtmlWriter html, TimeScale scale, double bottom)
    {
        var x = scale.Place(Date);
        Svg.Line(html, Look, x, LabelAt + 4, x, bottom);
        Svg.Text(html, "label strong", x, LabelAt, Text, TimelineLabel.Anchor(x, scale, LabelWidth));
    }
}
