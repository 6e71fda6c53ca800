// Purpose:    wrap a DEK or DEK seed with a KEK: the `ciphertext` that kube-apiserver stores.
// References: AES-256-GCM (NIST SP 800-38D), HKDF-Expand (RFC 5869).
// Parameters: 0x01 | salt (32) | nonce (12) | ciphertext (as long as the plaintext) | tag (16);
//             subkey = HKDF-Expand(KEK, "edgekms/envelope/v1/key" | salt);
//             AAD = "edgekms/envelope/v1" | ring id | key id, each after its length in one byte.
// Limits:     plaintext 1 to 65,475 bytes here; kube-apiserver refuses more than 1,024 bytes of ciphertext.
//             A fresh salt gives each envelope a subkey of its own, so random nonces stay far from the 2^32
//             invocations of SP 800-38D section 8.3, however often one KEK wraps.
//             AesGcm is not thread-safe: one instance for each call.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Envelope;

/// <summary>Envelope version 1; spec/envelope-v1.md has it byte by byte.</summary>
public static class EnvelopeV1
{
    /// <summary>Bytes that the envelope adds to its plaintext.</summary>
    public const int Overhead = 1 + SaltSize + NonceSize + TagSize;

    /// <summary>Largest plaintext, in bytes.</summary>
    public const int MaxPlaintext = 65_536 - Overhead;

    private const byte Version = 0x01;
    private const int SaltSize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int MaxAad = 128;

    private static ReadOnlySpan<byte> KeyLabel => "edgekms/envelope/v1/key"u8;

    private static ReadOnlySpan<byte> AadLabel => "edgekms/envelope/v1"u8;

    /// <summary>Wraps <paramref name="plaintext"/>.</summary>
    /// <param name="kek">32 bytes.</param>
    /// <param name="ring">The ring of the KEK.</param>
    /// <param name="key">The id of the KEK.</param>
    /// <param name="plaintext">1 to <see cref="MaxPlaintext"/> bytes.</param>
    /// <param name="envelope">Exactly plaintext + <see cref="Overhead"/> bytes.</param>
    public static void Wrap(
        ReadOnlySpan<byte> kek,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> plaintext,
        Span<byte> envelope
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(envelope.Length, plaintext.Length + Overhead);
        RandomNumberGenerator.Fill(envelope[1..(1 + SaltSize + NonceSize)]);
        WrapWith(kek, ring, key, plaintext, envelope);
    }

    /// <summary>Unwraps; false when the envelope isn't one of this KEK, ring and key id, or was changed.</summary>
    /// <param name="kek">32 bytes.</param>
    /// <param name="ring">The ring of the KEK.</param>
    /// <param name="key">The id of the KEK.</param>
    /// <param name="envelope">Any bytes.</param>
    /// <param name="plaintext">Exactly envelope - <see cref="Overhead"/> bytes; undefined when false.</param>
    public static bool TryUnwrap(
        ReadOnlySpan<byte> kek,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> envelope,
        Span<byte> plaintext
    )
    {
        if (envelope.Length <= Overhead || envelope[0] != Version || plaintext.Length != envelope.Length - Overhead)
            return false;
        Span<byte> subkey = stackalloc byte[KeyDerivation.KeySize];
        Span<byte> aad = stackalloc byte[MaxAad];
        KeyDerivation.Expand(kek, KeyLabel, envelope.Slice(1, SaltSize), subkey);
        try
        {
            using var aes = new AesGcm(subkey, TagSize);
            aes.Decrypt(
                envelope.Slice(1 + SaltSize, NonceSize),
                envelope[(1 + SaltSize + NonceSize)..^TagSize],
                envelope[^TagSize..],
                plaintext,
                aad[..WriteAad(ring, key, aad)]
            );
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(subkey);
        }
    }

    /// <summary>Wraps with the salt and nonce that are in <paramref name="envelope"/> already; for test vectors.</summary>
    internal static void WrapWith(
        ReadOnlySpan<byte> kek,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> plaintext,
        Span<byte> envelope
    )
    {
        Span<byte> subkey = stackalloc byte[KeyDerivation.KeySize];
        Span<byte> aad = stackalloc byte[MaxAad];
        KeyDerivation.Expand(kek, KeyLabel, envelope.Slice(1, SaltSize), subkey);
        envelope[0] = Version;
        try
        {
            using var aes = new AesGcm(subkey, TagSize);
            aes.Encrypt(
                envelope.Slice(1 + SaltSize, NonceSize),
                plaintext,
                envelope[(1 + SaltSize + NonceSize)..^TagSize],
                envelope[^TagSize..],
                aad[..WriteAad(ring, key, aad)]
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(subkey);
        }
    }

    private static int WriteAad(RingId ring, KeyId key, Span<byte> aad)
    {
        var at = Put(aad, 0, AadLabel);
        at = Put(aad, at, ring.Bytes);
        return Put(aad, at, key.Utf8);
    }

    private static int Put(Span<byte> aad, int at, ReadOnlySpan<byte> field)
    {
        aad[at++] = (byte)field.Length;
        field.CopyTo(aad[at..]);
        return at + field.Length;
    }
}
