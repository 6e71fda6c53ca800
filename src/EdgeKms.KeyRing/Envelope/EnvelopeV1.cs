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

namespace EdgeKms.KeyRing.Envelope;

/// <summary>Envelope version 1; spec/envelope-v1.md has it byte by byte.</summary>
public static class EnvelopeV1
{
    /// <summary>Bytes that the envelope adds to its plaintext.</summary>
    public const int Overhead = 1 + SubkeySeal.Overhead;

    /// <summary>Largest plaintext, in bytes.</summary>
    public const int MaxPlaintext = 65_536 - Overhead;

    private const byte Version = 0x01;

    private static SealLabels Labels => new("edgekms/envelope/v1/key"u8, "edgekms/envelope/v1"u8);

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
        RandomNumberGenerator.Fill(envelope.Slice(1, SubkeySeal.RandomSize));
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
    ) =>
        envelope.Length > Overhead
        && envelope[0] == Version
        && plaintext.Length == envelope.Length - Overhead
        && SubkeySeal.TryOpen(kek, Labels, ring, key, envelope[1..], plaintext);

    /// <summary>Wraps with the salt and nonce that are in <paramref name="envelope"/> already; for test vectors.</summary>
    internal static void WrapWith(
        ReadOnlySpan<byte> kek,
        RingId ring,
        KeyId key,
        ReadOnlySpan<byte> plaintext,
        Span<byte> envelope
    )
    {
        envelope[0] = Version;
        SubkeySeal.Seal(kek, Labels, ring, key, plaintext, envelope[1..]);
    }
}
