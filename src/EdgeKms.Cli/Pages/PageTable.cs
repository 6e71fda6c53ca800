namespace EdgeKms.Cli.Pages;

/// <param name="Title">What the rows are; empty for a page that is one table.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">One cell for each heading.</param>
/// <param name="Note">A line under the table, or null.</param>
internal sealed record PageTable(
    string Title,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows,
    string? Note = null
)
{
    /// <summary>The widest text of each column, in characters.</summary>
    public IReadOnlyList<int> Widths() =>
        [.. Columns.Select((heading, i) => Rows.Select(r => r[i].Length).Append(heading.Length).Max())];
}
