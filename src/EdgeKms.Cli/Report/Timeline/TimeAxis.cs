using EdgeKms.Cli.Report.Html;

namespace EdgeKms.Cli.Report.Timeline;

/// <summary>Marks with their dates, as far apart as their labels need.</summary>
/// <param name="Scale">The time.</param>
/// <param name="Top">Where the marks' lines begin.</param>
/// <param name="Bottom">Where they end; the labels are below.</param>
internal sealed record TimeAxis(TimeScale Scale, double Top, double Bottom)
{
    /// <summary>Room below the rows.</summary>
    internal const double Height = 24;

    private const double LabelWidth = 76;

    internal void Write(HtmlWriter html)
    {
        var step = TimeStep.For(Scale, (int)(Scale.Width / LabelWidth));
        foreach (var mark in step.Marks(Scale))
        {
            var x = Scale.Place(mark);
            Svg.Line(html, "grid", x, Top, x, Bottom);
            Svg.Text(html, "label", x, Bottom + 16, step.Label(mark), TimelineLabel.Anchor(x, Scale, LabelWidth));
        }
        Svg.Line(html, "axis", Scale.Left, Bottom, Scale.Right, Bottom);
    }
}
