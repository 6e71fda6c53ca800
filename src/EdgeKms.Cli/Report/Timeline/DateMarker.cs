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

    /// <param name="html">The page.</param>
    /// <param name="scale">The time.</param>
    /// <param name="top">Below the labels of all markers, so that no line goes through one.</param>
    /// <param name="bottom">Of the rows.</param>
    internal void Write(HtmlWriter html, TimeScale scale, double top, double bottom)
    {
        var x = scale.Place(Date);
        Svg.Line(html, Look, x, top, x, bottom);
        Svg.Text(html, "label strong", x, LabelAt, Text, TimelineLabel.Anchor(x, scale, LabelWidth));
    }
}
