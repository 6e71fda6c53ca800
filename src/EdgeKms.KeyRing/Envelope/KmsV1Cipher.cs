// Purpose:    wrap a DEK with a KEK for KMS v1 (v1beta1): the `cipher` that kube-apiserver stores before each object.
// References: AES-256-GCM (NIST SP 800-38D), HKDF-Expand (RFC 5869); k8s.io/kms/apis/v1beta1: no key id travels.
// Parameters: 0x02 | length of the key id (1) | key id (ASCII) | salt (32) | nonce (12) | ciphertext | tag (16);
//             subkey = HKDF-Expand(KEK, "edgekms/kms-v1/cipher/key" | salt);
//             AAD = "edgekms/kms-v1/cipher" | ring id | key id, each after its length in one byte.
// Limits:     cipher at most 1,024 bytes, so the plaintext 1 to 1,024 - 62 - key id; kube-apiserver wraps 32 bytes.
//             The key id that stands in the clear is in the AAD: it can't be exchanged for another.
//             The labels are not those of the envelope of KMS v2: neither opens as the other.

using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Envelope;

/// <summary>The cipher of KMS v1, which names its KEK itself; spec/kms-v1-cipher.md has it byte by byte.</summary>
public static class KmsV1Cipher
{
    /// <summary>Largest cipher, in bytes.</summary>
    public const int MaxSize = 1024;

    private const byte Version = 0x02;
    private const int Start = 2;

    private static SealLabels Labels => new("edgekms/kms-v1/cipher/key"u8, "edgekms/kms-v1/cipher"u8);

    /// <summary>Bytes that the cipher adds to its plaintext.</summary>
    public static int Overhead(KeyId key) => Start + key.Utf8.Length + SubkeySeal.Overhead;

    /// <summary>Wraps <paramref name="plaintext"/>.</summary>
    /// <param name="kek">32 bytes.</param>
    /// <param name="ring">The ring of the KEK.</param>
    /// <param name="key">The id of the KEK.</param>
    /// <param name="plaintext">At least 1 byte.</param>
    /// <param name="cipher">Exactly plaintext + <see cref="Overhead"/> bytes, at most <see cref="MaxSize"/>.</param>
    public static void Wrap(
        ReadOnlySpan<byte> kek,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> plaintext,
        Span<byte> cipher
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cipher.Length, plaintext.Length + Overhead(key));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cipher.Length, MaxSize);
        RandomNumberGenerator.Fill(cipher.Slice(Start + key.Utf8.Length, SubkeySeal.RandomSize));
        WrapWith(kek, ring, key, plaintext, cipher);
    }

    /// <summary>The key id that a cipher names, unproven; null where the bytes are no cipher of this format.</summary>
    public static KeyId? ReadKeyId(ReadOnlySpan<byte> cipher)
    {
        if (
            cipher.Length is < Start or > MaxSize
            || cipher[0] != Version
            || !Ascii.IsValid(cipher[Start..SealAt(cipher)])
        )
            return null;
        var key = KeyId.TryParse(Encoding.ASCII.GetString(cipher[Start..SealAt(cipher)]));
        return key is not null && cipher.Length > Overhead(key) ? key : null;
    }

    /// <summary>Unwraps; false when the cipher isn't one of this KEK, ring and key id, or was changed.</summary>
    /// <param name="kek">32 bytes.</param>
    /// <param name="ring">The ring of the KEK.</param>
    /// <param name="key">The id of the KEK.</param>
    /// <param name="cipher">Any bytes.</param>
    /// <param name="plaintext">Exactly cipher - <see cref="Overhead"/> bytes; undefined when false.</param>
    public static bool TryUnwrap(
        ReadOnlySpan<byte> kek,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> cipher,
        Span<byte> plaintext
    ) =>
        key.Equals(ReadKeyId(cipher))
        && plaintext.Length == cipher.Length - Overhead(key)
        && SubkeySeal.TryOpen(kek, Labels, ring, key, cipher[SealAt(cipher)..], plaintext);

    /// <summary>Wraps with the salt and nonce that are in <paramref name="cipher"/> already; for test vectors.</summary>
    internal static void WrapWith(
        ReadOnlySpan<byte> kek,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> plaintext,
        Span<byte> cipher
    )
    {
        cipher[0] = Version;
        cipher[1] = (byte)key.Utf8.Length;
        key.Utf8.CopyTo(cipher[Start..]);
        SubkeySeal.Seal(kek, Labels, ring, key, plaintext, cipher[SealAt(cipher)..]);
    }

    /// <summary>Where the key id ends and the salt begins, within the cipher.</summary>
    private static int SealAt(ReadOnlySpan<byte> cipher) => Math.Min(Start + cipher[1], cipher.Length);
}
