using System.Globalization;
using EdgeKms.Cli.Status;

namespace EdgeKms.Cli.Report.Html;

/// <summary>One cell of a table.</summary>
/// <param name="Kind">How it is shown.</param>
/// <param name="Text">What is read.</param>
/// <param name="Data">The machine's form of a date, or the outcome of a badge; else empty.</param>
internal readonly record struct Cell(CellKind Kind, string Text, string Data = "")
{
    private const string None = "–";

    internal static Cell Of(string? text) => new(CellKind.Text, string.IsNullOrEmpty(text) ? None : text);

    internal static Cell Code(string? text) => string.IsNullOrEmpty(text) ? Of(null) : new(CellKind.Code, text);

    internal static Cell Number(long? number) =>
        number is { } value
            ? new(CellKind.Number, value.ToString("N0", CultureInfo.InvariantCulture))
            : new(CellKind.Number, None);

    internal static Cell Date(DateTime? date) =>
        date is { } moment ? new(CellKind.Date, Moments.Date(moment), HtmlDate.Machine(moment)) : Of(null);

    /// <summary>A date in a column whose heading says UTC.</summary>
    internal static Cell Column(DateTime? date) =>
        Date(date) is { Kind: CellKind.Date } cell ? cell with { Text = cell.Text[..^" UTC".Length] } : Of(null);

    internal static Cell Badge(string outcome, string? word = null) =>
        new(CellKind.Badge, word ?? ReportOutcome.Word(outcome), outcome);

    internal void Write(HtmlWriter html)
    {
        switch (Kind)
        {
            case CellKind.Code:
                html.Element("code", Text);
                break;
            case CellKind.Date:
                html.Element("time", Text, ("datetime", Data));
                break;
            case CellKind.Badge:
                html.Element("span", Text, ("class", $"badge {Data}"));
                break;
            default:
                html.Text(Text);
                break;
        }
    }
}
