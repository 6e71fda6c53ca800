// Purpose:    subkeys of 32 bytes from a uniformly random key of 32 bytes, separated by a label.
// References: RFC 5869 section 2.3 (HKDF-Expand), SHA-256. For L = HashLen it is one block:
//             T(1) = HMAC-SHA-256(PRK, info | 0x01).
// Parameters: PRK 32 bytes, info at most 127 bytes, output 32 bytes.
// Limits:     HKDF-Extract is left out where the input key is already uniform (RFC 5869 section 3.3).

using System.Diagnostics;
using System.Security.Cryptography;

namespace EdgeKms.KeyRing.Secrets;

/// <summary>HKDF-Expand with SHA-256 for one block, by the base class library's one-shot HMAC: it allocates nothing.</summary>
public static class KeyDerivation
{
    public const int KeySize = 32;

    private const int MaxInfo = 127;

    /// <summary>Fills <paramref name="output"/> (32 bytes) with HKDF-Expand(<paramref name="key"/>, info | more).</summary>
    public static void Expand(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> more,
        Span<byte> output
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, KeySize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(info.Length + more.Length, MaxInfo);
        Span<byte> message = stackalloc byte[MaxInfo + 1];
        info.CopyTo(message);
        more.CopyTo(message[info.Length..]);
        message[info.Length + more.Length] = 0x01; // the block counter
        var written = HMACSHA256.HashData(key, message[..(info.Length + more.Length + 1)], output);
        Debug.Assert(written == KeySize, "SHA-256 gives 32 bytes");
    }

    /// <summary>The subkey of a secret key (32 bytes) for a label; the caller disposes of it.</summary>
    public static SecretBytes Subkey(SecretBytes key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> more = default)
    {
        var subkey = new SecretBytes(KeySize);
        using var from = key.Lease();
        using var to = subkey.Lease();
        Expand(from.Span, label, more, to.Span);
        return subkey;
    }
}
