using System.Security.Cryptography;

namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>Values that occur nowhere by chance, and the forms that they may be leaked in.</summary>
internal static class Canary
{
    internal static byte[] Bytes(int length) => RandomNumberGenerator.GetBytes(length);

    internal static string Text() => "canary-" + Convert.ToHexStringLower(Bytes(16));

    /// <summary>Raw, hex, base64, base64url; base64 also as part of a longer text, at each of its three offsets.</summary>
    internal static IReadOnlyList<byte[]> Forms(byte[] secret)
    {
        var texts = new List<string> { Convert.ToHexString(secret), Convert.ToHexStringLower(secret) };
        for (var offset = 0; offset < 3; offset++)
        {
            var middle = Convert.ToBase64String([.. new byte[offset], .. secret]);
            // The characters that depend on this secret alone.
            var inner = middle[(offset == 0 ? 0 : 4)..(middle.Length - 4)];
            texts.Add(inner);
            texts.Add(inner.Replace('+', '-').Replace('/', '_'));
        }
        return [secret, .. texts.Distinct().Select(System.Text.Encoding.ASCII.GetBytes)];
    }

    internal static bool IsIn(ReadOnlySpan<byte> haystack, byte[] secret)
    {
        foreach (var form in Forms(secret))
        {
            if (haystack.IndexOf(form) >= 0)
                return true;
        }
        return false;
    }

    internal static bool IsIn(string text, byte[] secret) => IsIn(System.Text.Encoding.Latin1.GetBytes(text), secret);
}
