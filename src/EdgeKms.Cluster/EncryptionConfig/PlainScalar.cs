using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// What a text without quotes is for the API server, which reads YAML 1.1 (sigs.k8s.io/yaml, goyaml.v2/resolve.go): a name of
/// digits is a number and "no" is false, and a number is no text.
/// </summary>
internal static partial class PlainScalar
{
    private static readonly HashSet<string> s_booleans = new(
        new[] { "y", "yes", "true", "on", "n", "no", "false", "off" }.SelectMany(Cases),
        StringComparer.Ordinal
    );

    private static readonly HashSet<string> s_nulls = new(["", "~", .. Cases("null")], StringComparer.Ordinal);

    private static readonly HashSet<string> s_floats = new(
        new[] { ".nan", ".inf", "+.inf", "-.inf" }
            .SelectMany(w => new[] { w, Capital(w), w.ToUpperInvariant() })
            .Append(".NaN"),
        StringComparer.Ordinal
    );

    internal static bool IsNull(string text) => s_nulls.Contains(text);

    internal static bool IsBoolean(string text) => s_booleans.Contains(text);

    internal static bool IsNumber(string text)
    {
        if (s_floats.Contains(text))
            return true;
        if (text is not [(>= '0' and <= '9') or '+' or '-' or '.', ..])
            return false;
        var plain = text[0] == '.' ? text : text.Replace("_", "", StringComparison.Ordinal);
        return Float().IsMatch(plain) || Integer().IsMatch(plain);
    }

    /// <summary>A whole number, in any of the forms that count as one; null where it is none or too large.</summary>
    internal static int? Int32(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Cases(string word) => [word, Capital(word), word.ToUpperInvariant()];

    private static string Capital(string word)
    {
        var at = word.IndexOfAny(['.', '+', '-']) < 0 ? 0 : word.LastIndexOf('.') + 1;
        return word[..at] + char.ToUpperInvariant(word[at]) + word[(at + 1)..];
    }

    [GeneratedRegex(
        @"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Float();

    [GeneratedRegex(
        @"^[-+]?0([xX][0-9a-fA-F]+|[oO]?[0-7]+|[bB][01]+)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Integer();
}
