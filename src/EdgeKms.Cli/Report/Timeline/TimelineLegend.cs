using EdgeKms.Cli.Report.Html;

namespace EdgeKms.Cli.Report.Timeline;

/// <summary>What the shapes mean.</summary>
internal static class TimelineLegend
{
    internal const double Height = 34;

    private const double Swatch = 24;
    private const double Between = 152;

    internal static void Write(HtmlWriter html, double left, double middle)
    {
        var at = left;
        void Next(string text)
        {
            Svg.Text(html, "label", at + Swatch + 8, middle + 4, text);
            at += Between;
        }

        Svg.Dot(html, "made", at + (Swatch / 2), middle, 4);
        Next("created");
        Svg.Box(html, "bar active", at, middle - 6, Swatch, 12);
        Next("active");
        Svg.Box(html, "bar retired", at, middle - 6, Swatch, 12);
        Next("retired, decrypts");
        KeyBar.Cross(html, at + (Swatch / 2), middle, 5);
        Next("destroyed");
        Svg.Line(html, "now", at + (Swatch / 2), middle - 9, at + (Swatch / 2), middle + 9);
        Next("now");
        Svg.Line(html, "due", at + (Swatch / 2), middle - 9, at + (Swatch / 2), middle + 9);
        Next("next rotation");
    }
}
