using System.Text;

namespace EdgeKms.Cluster.Deploy.Units;

/// <summary>Texts in a unit file (man systemd.syntax, systemd.service "COMMAND LINES", systemd.unit "SPECIFIERS").</summary>
internal static class UnitText
{
    private const string Plain = "/._-=:,+@";

    /// <summary>A command line: quoted where needed; <c>%</c> and <c>$</c> stand for themselves.</summary>
    internal static string Command(IEnumerable<string> words) => string.Join(' ', words.Select(w => Word(w, "$")));

    /// <summary>A path of a setting such as <c>ReadWritePaths=</c>.</summary>
    internal static string Path(string path) => Word(path, "");

    private static string Word(string word, string doubled)
    {
        if (word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal)))
            return word;
        var text = new StringBuilder("\"");
        foreach (var c in word)
        {
            if (c is '"' or '\\')
                text.Append('\\');
            text.Append(c);
            if (c == '%' || doubled.Contains(c, StringComparison.Ordinal))
                text.Append(c);
        }
        return text.Append('"').ToString();
    }
}
