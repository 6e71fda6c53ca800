namespace EdgeKms.Cli.Pages;

/// <summary>What a command has to say, before it is known whether a person or a program reads it.</summary>
/// <param name="Tone">Colour of the headline.</param>
/// <param name="Headline">The verdict in words; null where there is none.</param>
/// <param name="Facts">Labels with their values.</param>
/// <param name="Tables">Tables, in order.</param>
internal sealed record Page(Tone Tone, string? Headline, IReadOnlyList<Fact> Facts, IReadOnlyList<PageTable> Tables)
{
    /// <summary>Lines at the end, where a person looks last: what to do next. They are never folded, so that they can be pasted.</summary>
    public IReadOnlyList<string> Closing { get; init; } = [];

    /// <summary>Writes the page for whoever is at the other end.</summary>
    public void WriteTo(Terminal terminal)
    {
        if (terminal.Width is { } width)
            TerminalPage.Write(this, terminal.Output, width, terminal.Colour);
        else
            PlainPage.Write(this, terminal.Output);
        if (Closing.Count > 0)
            terminal.Output.WriteLine();
        foreach (var line in Closing)
            terminal.Output.WriteLine(Printable.Text(line));
    }
}
