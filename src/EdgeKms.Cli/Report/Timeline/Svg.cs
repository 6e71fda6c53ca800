using System.Globalization;
using EdgeKms.Cli.Report.Html;

namespace EdgeKms.Cli.Report.Timeline;

/// <summary>Shapes of SVG; colours are the style sheet's, by class.</summary>
internal static class Svg
{
    internal static string Number(double number) => Math.Round(number, 1).ToString("0.#", CultureInfo.InvariantCulture);

    internal static void Line(HtmlWriter html, string look, double x1, double y1, double x2, double y2) =>
        html.Element(
            "line",
            "",
            ("class", look),
            ("x1", Number(x1)),
            ("y1", Number(y1)),
            ("x2", Number(x2)),
            ("y2", Number(y2))
        );

    internal static void Box(HtmlWriter html, string look, double x, double y, double width, double height) =>
        html.Element(
            "rect",
            "",
            ("class", look),
            ("x", Number(x)),
            ("y", Number(y)),
            ("width", Number(width)),
            ("height", Number(height))
        );

    internal static void Dot(HtmlWriter html, string look, double x, double y, double radius) =>
        html.Element("circle", "", ("class", look), ("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)));

    internal static void Path(HtmlWriter html, string look, string path) =>
        html.Element("path", "", ("class", look), ("d", path));

    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>: which part of the text is at the place.</param>
    internal static void Text(HtmlWriter html, string look, double x, double y, string text, string anchor = "start") =>
        html.Element("text", text, ("class", look), ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));
}
