// Purpose:    what the envelope of KMS v2 and the cipher of KMS v1 have in common: salt | nonce | ciphertext | tag.
// References: AES-256-GCM (NIST SP 800-38D), HKDF-Expand (RFC 5869).
// Parameters: salt (32) | nonce (12) | ciphertext (as long as the plaintext) | tag (16);
//             subkey = HKDF-Expand(KEK, key label | salt);
//             AAD = AAD label | ring id | key id, each after its length in one byte.
// Limits:     A fresh salt gives each message a subkey of its own, so random nonces stay far from the 2^32
//             invocations of SP 800-38D section 8.3, however often one KEK wraps.
//             The labels differ from format to format: none can be opened as another, whatever stands before it.
//             AesGcm is not thread-safe: one instance for each call.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Envelope;

/// <summary>AES-256-GCM under a subkey of a KEK; the formats give the labels and the bytes before it.</summary>
internal static class SubkeySeal
{
    /// <summary>Bytes that a sealed text has more than its plaintext.</summary>
    internal const int Overhead = RandomSize + TagSize;

    /// <summary>Salt and nonce, at the start.</summary>
    internal const int RandomSize = SaltSize + NonceSize;

    private const int SaltSize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int MaxAad = 128;

    /// <summary>Seals with the salt and nonce that are in <paramref name="text"/> already.</summary>
    /// <param name="kek">32 bytes.</param>
    /// <param name="labels">Of the format.</param>
    /// <param name="ring">The ring of the KEK.</param>
    /// <param name="key">The id of the KEK.</param>
    /// <param name="plaintext">Any bytes.</param>
    /// <param name="text">Exactly plaintext + <see cref="Overhead"/> bytes.</param>
    internal static void Seal(
        ReadOnlySpan<byte> kek,
        SealLabels labels,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> plaintext,
        Span<byte> text
    )
    {
        Span<byte> subkey = stackalloc byte[KeyDerivation.KeySize];
        Span<byte> aad = stackalloc byte[MaxAad];
        KeyDerivation.Expand(kek, labels.Key, text[..SaltSize], subkey);
        try
        {
            using var aes = new AesGcm(subkey, TagSize);
            aes.Encrypt(
                text.Slice(SaltSize, NonceSize),
                plaintext,
                text[RandomSize..^TagSize],
                text[^TagSize..],
                aad[..WriteAad(labels, ring, key, aad)]
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(subkey);
        }
    }

    /// <summary>Opens; false when the text isn't one of this KEK, ring, key id and format, or was changed.</summary>
    /// <param name="kek">32 bytes.</param>
    /// <param name="labels">Of the format.</param>
    /// <param name="ring">The ring of the KEK.</param>
    /// <param name="key">The id of the KEK.</param>
    /// <param name="text">At least <see cref="Overhead"/> bytes.</param>
    /// <param name="plaintext">Exactly text - <see cref="Overhead"/> bytes; undefined when false.</param>
    internal static bool TryOpen(
        ReadOnlySpan<byte> kek,
        SealLabels labels,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> text,
        Span<byte> plaintext
    )
    {
        Span<byte> subkey = stackalloc byte[KeyDerivation.KeySize];
        Span<byte> aad = stackalloc byte[MaxAad];
        KeyDerivation.Expand(kek, labels.Key, text[..SaltSize], subkey);
        try
        {
            using var aes = new AesGcm(subkey, TagSize);
            aes.Decrypt(
                text.Slice(SaltSize, NonceSize),
                text[RandomSize..^TagSize],
                text[^TagSize..],
                plaintext,
                aad[..WriteAad(labels, ring, key, aad)]
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

    private static int WriteAad(SealLabels labels, RingId ring, KeyId key, Span<byte> aad)
    {
        var at = Put(aad, 0, labels.Aad);
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
