using System.Text;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>Gives an object of JSON without a space the look of the file that it goes into.</summary>
internal static class JsonText
{
    /// <summary>A blank after each colon and comma: <c>{"kms": {"name": "x", ...}}</c>.</summary>
    internal static string Spaced(string json) => Walk(json, c => c is ':' or ',' ? c + " " : c.ToString());

    /// <summary>Over several lines.</summary>
    /// <param name="json">On one line.</param>
    /// <param name="indent">Of the line that it begins on, which is not repeated.</param>
    /// <param name="step">One level.</param>
    /// <param name="newLine">End of a line.</param>
    internal static string Indented(string json, string indent, string step, string newLine)
    {
        var depth = 0;
        string Line(int change)
        {
            depth += change;
            return newLine + indent + string.Concat(Enumerable.Repeat(step, depth));
        }
        var text = Walk(
            json,
            c =>
                c switch
                {
                    '{' or '[' => c + Line(1),
                    '}' or ']' => Line(-1) + c,
                    ',' => c + Line(0),
                    ':' => ": ",
                    _ => c.ToString(),
                }
        );
        // The braces of identity, which have nothing in them.
        return text.Replace(
            "{" + newLine + indent + string.Concat(Enumerable.Repeat(step, 2)) + newLine + indent + step + "}",
            "{}",
            StringComparison.Ordinal
        );
    }

    private static string Walk(string json, Func<char, string> outside)
    {
        var text = new StringBuilder();
        var isText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (c == '"')
                isText = !isText;
            if (isText && c == '\\')
                text.Append(c).Append(json[++i]);
            else
                text.Append(isText || c == '"' ? c.ToString() : outside(c));
        }
        return text.ToString();
    }
}
