using System.Text;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>A command line in words, as a shell takes it apart: blanks, single quotes, a backslash outside of them.</summary>
internal static class ShellWords
{
    internal static string[] Of(string line)
    {
        var words = new List<StringBuilder>();
        var (isQuoted, isWord) = (false, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == ' ' && !isQuoted)
            {
                isWord = false;
                continue;
            }
            if (!isWord)
                words.Add(new StringBuilder());
            isWord = true;
            if (line[i] == '\'')
                isQuoted = !isQuoted;
            else
                words[^1].Append(line[i] == '\\' && !isQuoted ? line[++i] : line[i]);
        }
        Assert.False(isQuoted, line);
        return [.. words.Select(w => w.ToString())];
    }
}
