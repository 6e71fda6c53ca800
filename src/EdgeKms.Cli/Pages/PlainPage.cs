namespace EdgeKms.Cli.Pages;

/// <summary>A page as aligned text: no colour, no box drawing, nothing cut off.</summary>
internal static class PlainPage
{
    public static void Write(Page page, TextWriter output)
    {
        var first = true;
        if (page.Headline is not null)
        {
            output.WriteLine(Printable.Text(page.Headline));
            first = false;
        }
        if (page.Facts.Count > 0)
        {
            if (!first)
                output.WriteLine();
            WriteFacts(page.Facts, output);
            first = false;
        }
        foreach (var table in page.Tables)
        {
            if (!first)
                output.WriteLine();
            WriteTable(table, output);
            first = false;
        }
    }

    public static void WriteFacts(IReadOnlyList<Fact> facts, TextWriter output)
    {
        var width = facts.Max(f => f.Label.Length);
        foreach (var fact in facts)
            output.WriteLine($"{fact.Label.PadRight(width)}  {Printable.Text(fact.Value)}".TrimEnd());
    }

    public static void WriteTable(PageTable table, TextWriter output)
    {
        var indent = table.Title.Length > 0 ? "  " : "";
        if (table.Title.Length > 0)
            output.WriteLine(table.Title);
        var widths = table.Widths();
        foreach (var row in table.Rows.Prepend([.. table.Columns.Select(c => c.ToUpperInvariant())]))
        {
            var cells = row.Select((cell, i) => Printable.Text(cell).PadRight(widths[i]));
            output.WriteLine((indent + string.Join("  ", cells)).TrimEnd());
        }
        if (table.Note is not null)
            output.WriteLine(indent + table.Note);
    }
}
