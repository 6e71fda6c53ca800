using System.Globalization;
using EdgeKms.Cli.Status;

namespace EdgeKms.Cli.Report.Html;

/// <summary>Dates, for people and for programs.</summary>
internal static class HtmlDate
{
    /// <summary><c>2026-11-24T18:00:00Z</c>.</summary>
    internal static string Machine(DateTime date) =>
        (date.Kind == DateTimeKind.Local ? date.ToUniversalTime() : date).ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture
        );

    internal static void Write(HtmlWriter html, DateTime date) =>
        html.Element("time", Moments.Date(date), ("datetime", Machine(date)));
}
