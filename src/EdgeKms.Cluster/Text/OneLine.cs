using System.Globalization;
using System.Text;

namespace EdgeKms.Cluster.Text;

/// <summary>Text from the wire for a message: one line, nothing that a terminal would obey, of limited length.</summary>
internal static class OneLine
{
    internal static string Of(string text, int limit)
    {
        var line = new StringBuilder();
        foreach (var c in text.Trim())
        {
            if (line.Length >= limit)
                return line.Append('…').ToString();
            line.Append(
                IsHarmless(c) ? c
                : c is '\n' or '\t' ? ' '
                : '?'
            );
        }
        return line.Length > 0 ? line.ToString() : "(no text)";
    }

    private static bool IsHarmless(char c) =>
        char.GetUnicodeCategory(c)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
