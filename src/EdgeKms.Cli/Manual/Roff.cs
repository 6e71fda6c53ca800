using System.Globalization;
using System.Text;

namespace EdgeKms.Cli.Manual;

/// <summary>Text as roff (groff_char(7), man(7)): nothing of it is taken for a request, an escape or a typographic sign.</summary>
internal static class Roff
{
    /// <summary>One line of running text. Every hyphen becomes <c>\-</c>: options are copied out of pages.</summary>
    public static string Escape(string text)
    {
        var roff = new StringBuilder(text.Length + 16);
        // A line that starts with a dot or an apostrophe is a request.
        if (text is ['.' or '\'', ..])
            roff.Append("\\&");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => roff.Append("\\e"),
                '-' => roff.Append("\\-"),
                '\'' => roff.Append("\\(aq"),
                '`' => roff.Append("\\(ga"),
                '^' => roff.Append("\\(ha"),
                '~' => roff.Append("\\(ti"),
                '"' => roff.Append("\\(dq"),
                '\n' => roff.Append(' '),
                < 128 => roff.Append(rune.ToString()),
                _ => roff.Append(CultureInfo.InvariantCulture, $"\\[u{rune.Value:X4}]"),
            };
        }
        return roff.ToString();
    }

    public static string Bold(string text) => $"\\fB{Escape(text)}\\fR";

    public static string Italic(string text) => $"\\fI{Escape(text)}\\fR";
}
