using System.Text;

namespace EdgeKms.Cli.Manual;

/// <summary>
/// Running text as the lines of a page's source: a sentence starts a line, as roff wants it to tell the end of a sentence
/// from an abbreviation, and no line is longer than 80 bytes with its escapes.
/// </summary>
internal static class RunningText
{
    private const int Width = 80;

    public static IEnumerable<string> Lines(string text)
    {
        var line = new StringBuilder();
        string? before = null;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var startsSentence = before is [.., '.'] && char.IsAsciiLetterUpper(word[0]);
            if (line.Length > 0 && (startsSentence || Roff.Escape($"{line} {word}").Length > Width))
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
            before = word;
        }
        if (line.Length > 0)
            yield return line.ToString();
    }
}
