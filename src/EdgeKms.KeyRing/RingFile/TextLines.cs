using System.Text;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>Reads the small text files beside the ring (checkpoint, node token): a magic line, then <c>name value</c> lines.</summary>
internal static class TextLines
{
    /// <summary>True for a version that a later EdgeKms may write: 1 to 9 digits, no leading zero. Anything else is damage.</summary>
    internal static bool IsVersion(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 9 && text[0] != '0' && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>The values of exactly these lines in this order; null when the file is anything else.</summary>
    internal static string[]? Read(ReadOnlySpan<byte> file, string magic, params ReadOnlySpan<string> names)
    {
        foreach (var character in file)
        {
            if (character is not (byte)'\n' and (< (byte)' ' or > (byte)'~'))
                return null;
        }
        var lines = Encoding.ASCII.GetString(file).Split('\n');
        if (
            lines.Length != names.Length + 2
            || lines[^1].Length != 0
            || !string.Equals(lines[0], magic, StringComparison.Ordinal)
        )
            return null;
        var values = new string[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!lines[i + 1].StartsWith(names[i] + " ", StringComparison.Ordinal))
                return null;
            values[i] = lines[i + 1][(names[i].Length + 1)..];
        }
        return values;
    }
}
