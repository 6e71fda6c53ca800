using System.Buffers;
using System.Buffers.Text;

namespace EdgeKms.KeyRing.Ring;

/// <summary>Base64url (RFC 4648 section 5, no padding) of a fixed length: one text for each value, nothing else accepted.</summary>
internal static class FixedBase64
{
    /// <summary>False unless <paramref name="text"/> is the canonical encoding of exactly <c>output.Length</c> bytes.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> output)
    {
        if (text.Length != Base64Url.GetEncodedLength(output.Length))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not '-' and not '_')
                return false;
        }
        if (
            Base64Url.DecodeFromChars(text, output, out _, out var written) != OperationStatus.Done
            || written != output.Length
        )
            return false;
        // The last character may carry unused bits: they must be zero, or two texts would mean one value.
        Span<char> again = stackalloc char[256];
        var length = Base64Url.EncodeToChars(output, again);
        return again[..length].SequenceEqual(text);
    }
}
