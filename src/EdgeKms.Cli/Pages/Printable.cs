using System.Globalization;

namespace EdgeKms.Cli.Pages;

/// <summary>
/// Text of a ring that nobody has authenticated can hold anything, and a terminal obeys escape sequences: control and
/// format characters become question marks.
/// </summary>
internal static class Printable
{
    public static string Text(string text) =>
        string.Create(
            text.Length,
            text,
            static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = IsHarmless(source[i]) ? source[i] : '?';
            }
        );

    private static bool IsHarmless(char c) =>
        char.GetUnicodeCategory(c)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
