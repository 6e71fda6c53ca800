using System.Globalization;
using System.Text;

namespace EdgeKms.Cli.Manual;

/// <summary>A page of the manual in the macros of man(7), which groff and mandoc both read.</summary>
internal sealed class ManualPage
{
    private readonly StringBuilder _text = new();

    /// <param name="name">Name of the page, such as <c>edgekms-init</c>.</param>
    /// <param name="section">1, 5 or 8.</param>
    /// <param name="edition">Date and version, which each page has in its foot.</param>
    /// <param name="summary">What apropos(1) shows, without a full stop.</param>
    public ManualPage(string name, int section, ManualEdition edition, string summary)
    {
        FileName = string.Create(CultureInfo.InvariantCulture, $"{name}.{section}");
        Line(
            $".TH {Roff.Escape(name.ToUpperInvariant())} {section} {edition.Date} \"EdgeKms {edition.Version}\" EdgeKms"
        );
        Section("NAME");
        Line($"{Roff.Escape(name)} \\-");
        // Its first sentence.
        Lead(summary.Split(". ")[0].TrimEnd('.'));
    }

    /// <summary><c>edgekms-init.1</c>.</summary>
    public string FileName { get; }

    public override string ToString() => _text.ToString();

    public void Section(string title) => Line($".SH {Roff.Escape(title)}");

    public void Subsection(string title) => Line($".SS {Roff.Escape(title)}");

    /// <summary>A paragraph of running text.</summary>
    public void Paragraph(string text)
    {
        Line(".PP");
        Lead(text);
    }

    /// <summary>The text right below a heading, where a paragraph of its own would be an empty one.</summary>
    public void Lead(string text)
    {
        foreach (var line in RunningText.Lines(text))
            Line(Roff.Escape(line));
    }

    /// <summary>A line of roff as it is, such as a synopsis.</summary>
    public void Line(string roff) => _text.Append(roff).Append('\n');

    /// <summary>A term and what it means, indented.</summary>
    /// <param name="term">Roff.</param>
    /// <param name="text">Running text.</param>
    public void Term(string term, string text)
    {
        Line(".TP");
        Line(term);
        Lead(text);
    }

    /// <summary>Lines that are typed.</summary>
    public void Typed(IEnumerable<string> lines)
    {
        Line(".PP");
        Line(".RS 4");
        Line(".nf");
        foreach (var line in lines)
            Line(Roff.Escape(line));
        Line(".fi");
        Line(".RE");
    }

    public void SeeAlso(IEnumerable<(string Name, int Section)> pages)
    {
        Section("SEE ALSO");
        var others = pages
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"\\fB{Roff.Escape(p.Name)}\\fR({p.Section})"))
            .Where(p => !string.Equals(p, Self, StringComparison.Ordinal));
        Line(string.Join(",\n", others));
    }

    private string Self => $"\\fB{Roff.Escape(FileName[..^2])}\\fR({FileName[^1]})";
}
