using System.Security.Cryptography;
using System.Text;

namespace EdgeKms.Cli.Report.Html;

/// <summary>The page's style sheet, which is in the program.</summary>
internal static class StyleSheet
{
    internal static string Text { get; } = Read();

    /// <summary>
    /// What the browser may do with the page: take this one style sheet and nothing else. No script, no image, no font, no
    /// connection, no form (W3C Content Security Policy Level 3).
    /// </summary>
    internal static string Policy { get; } =
        "default-src 'none'; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))
        + "'; base-uri 'none'; form-action 'none'";

    private static string Read()
    {
        using var stream = typeof(StyleSheet).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
