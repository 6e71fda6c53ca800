using Spectre.Console;

namespace EdgeKms.Cli.Pages;

/// <summary>A page for a person: coloured verdict, framed tables.</summary>
internal static class TerminalPage
{
    /// <summary>
    /// A table that is wider than the terminal is written plain: a frame would fold the digests in it, and a folded
    /// digest can be neither compared nor copied.
    /// </summary>
    public static void Write(Page page, TextWriter output, int width, bool colour)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(output),
            }
        );
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        if (page.Headline is not null)
            console.Write(new Text(Printable.Text(page.Headline) + "\n", StyleOf(page.Tone)));
        if (page.Facts.Count > 0)
        {
            if (page.Headline is not null)
                output.WriteLine();
            PlainPage.WriteFacts(page.Facts, output);
        }
        foreach (var table in page.Tables)
            WriteTable(console, table, output, width);
    }

    private static void WriteTable(IAnsiConsole console, PageTable table, TextWriter output, int width)
    {
        output.WriteLine();
        var widths = table.Widths();
        // A frame costs a border and two spaces for each column, and one border more.
        if (widths.Sum() + (3 * widths.Count) + 1 > width)
        {
            PlainPage.WriteTable(table, output);
            return;
        }
        if (table.Title.Length > 0)
            console.Write(new Text(table.Title + "\n", new Style(decoration: Decoration.Bold)));
        var framed = new Table { Border = TableBorder.Rounded };
        foreach (var heading in table.Columns)
            framed.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))));
        foreach (var row in table.Rows)
            framed.AddRow(row.Select(cell => new Text(Printable.Text(cell))));
        console.Write(framed);
        if (table.Note is not null)
            console.Write(new Text(table.Note + "\n"));
    }

    private static Style StyleOf(Tone tone) =>
        new(
            tone switch
            {
                Tone.Good => Color.Green,
                Tone.Doubtful => Color.Yellow,
                _ => Color.Red,
            },
            decoration: Decoration.Bold
        );
}
