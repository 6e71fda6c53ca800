namespace EdgeKms.Cli.Report.Html;

/// <summary>A table that a screen reader can read: caption, headings with their scope, the first cell of a row as its heading.</summary>
/// <param name="Id">Unique in the page.</param>
/// <param name="Caption">What the rows are.</param>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">One cell for each heading.</param>
internal sealed record HtmlTable(
    string Id,
    string Caption,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<Cell>> Rows
)
{
    /// <summary>Nothing where there are no rows. On a narrow screen the table is moved sideways, with the keyboard too.</summary>
    internal void Write(HtmlWriter html)
    {
        if (Rows.Count == 0)
            return;
        using (html.In("div", ("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-labelledby", Id)))
        using (html.In("table"))
        {
            html.Element("caption", Caption, ("id", Id));
            using (html.In("thead"))
            using (html.In("tr"))
            {
                for (var i = 0; i < Columns.Count; i++)
                    html.Element("th", Columns[i], ("scope", "col"), ("class", IsNumber(i) ? "number" : "text"));
            }
            using (html.In("tbody"))
            {
                foreach (var row in Rows)
                    Row(html, row);
            }
        }
    }

    private bool IsNumber(int column) => Rows[0][column].Kind == CellKind.Number;

    private static void Row(HtmlWriter html, IReadOnlyList<Cell> row)
    {
        using (html.In("tr"))
        {
            for (var i = 0; i < row.Count; i++)
            {
                var cell = row[i];
                var kind = cell.Kind switch
                {
                    CellKind.Number => "number",
                    CellKind.Date => "date",
                    _ => "text",
                };
                using (i == 0 ? html.In("th", ("scope", "row"), ("class", kind)) : html.In("td", ("class", kind)))
                    cell.Write(html);
            }
        }
    }
}
