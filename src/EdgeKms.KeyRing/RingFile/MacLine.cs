using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// The line that authenticates the text before it, in ring file and checkpoint: <c>mac</c>, HMAC-SHA-256 (FIPS 198-1) in
/// base64url, newline; 48 bytes. The key is derived from the ring key with the format's label.
/// </summary>
internal static class MacLine
{
    internal const int MacSize = HMACSHA256.HashSizeInBytes;
    internal const int Length = 4 + 43 + 1; // "mac ", base64url of 32 bytes, newline

    internal static byte[] Of(ReadOnlySpan<byte> text, SecretBytes ringKey, ReadOnlySpan<byte> label)
    {
        using var key = KeyDerivation.Subkey(ringKey, label);
        using var lease = key.Lease();
        return Encoding.ASCII.GetBytes($"mac {Base64Url.EncodeToString(HMACSHA256.HashData(lease.Span, text))}\n");
    }
}
