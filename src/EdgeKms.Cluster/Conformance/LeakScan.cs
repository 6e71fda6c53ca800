using System.Text.RegularExpressions;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// Looks through a text of the plugin that others get to read (error texts become HTTP 500 texts of kube-apiserver,
/// annotations are stored in the clear) for what must not stand there.
/// </summary>
internal static partial class LeakScan
{
    /// <summary>Says what was found; <see langword="null"/> when nothing was.</summary>
    /// <param name="text">What the plugin said.</param>
    /// <param name="plaintext">Plaintext of the call; <see langword="null"/> where there was none.</param>
    /// <param name="known">Texts that the caller sent or that are public: key ids, the uid.</param>
    public static string? Find(string text, byte[]? plaintext, IEnumerable<string> known)
    {
        if (plaintext is not null && HoldsPlaintext(text, plaintext))
        {
            return "the plaintext";
        }

        var rest = known
            .Where(k => k.Length > 0)
            .Aggregate(text, static (t, k) => t.Replace(k, " ", StringComparison.Ordinal));
        var path = FilePath().Matches(rest).FirstOrDefault(m => !IsMethod(m.Value));
        if (path is not null)
        {
            return $"a path: {path.Value}";
        }

        return KeyLike().Matches(rest).Any(m => LooksRandom(m.Value))
            ? "32 bytes or more in hexadecimal or base64"
            : null;
    }

    private static bool HoldsPlaintext(string text, byte[] plaintext) =>
        Sample
            .TextForms(plaintext)
            .Concat(DecimalForms(plaintext))
            .Any(f => text.Contains(f, StringComparison.Ordinal));

    /// <summary>Go's and C#'s usual ways to print an array of bytes.</summary>
    private static IEnumerable<string> DecimalForms(byte[] bytes) =>
        [string.Join(' ', bytes), string.Join(", ", bytes)];

    private static bool IsMethod(string path) =>
        path.StartsWith("/v2.", StringComparison.Ordinal) || path.StartsWith("/v1beta1.", StringComparison.Ordinal);

    private static bool LooksRandom(string run) =>
        run.Any(char.IsAsciiDigit)
        && (
            run.All(char.IsAsciiHexDigit)
                ? run.Length >= 64
                : run.Any(char.IsAsciiLetterUpper) && run.Any(char.IsAsciiLetterLower)
        );

    /// <summary>An absolute path of at least two parts that isn't inside a URL.</summary>
    [GeneratedRegex(
        @"(?<![\w:/])/(?:[\w.+-]+/)+[\w.+-]+",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex FilePath();

    /// <summary>43 characters of base64 are 32 bytes.</summary>
    [GeneratedRegex(@"[A-Za-z0-9+/_-]{43,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyLike();
}
