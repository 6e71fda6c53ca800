using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Envelope;

/// <summary>Wrapping and unwrapping with the KEKs of a ring, by key id.</summary>
public static class KeyWrap
{
    /// <summary>The envelope of <paramref name="plaintext"/> under <paramref name="key"/>, which the ring holds.</summary>
    public static byte[] Wrap(KekRing ring, KekEntry key, ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.Length is 0 or > EnvelopeV1.MaxPlaintext)
            throw new EdgeKmsException(ErrorCode.RequestInvalid);
        var envelope = new byte[plaintext.Length + EnvelopeV1.Overhead];
        using var material = ring.LeaseMaterial();
        EnvelopeV1.Wrap(Kek(ring, key.Id.Text, material.Span, out _), ring.Header.Id, key.Id, plaintext, envelope);
        return envelope;
    }

    /// <summary>The plaintext of an envelope, by the KEK that the key id names and by no other.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.KeyUnknown"/>, <see cref="ErrorCode.KeyDestroyed"/> or
    /// <see cref="ErrorCode.CiphertextInvalid"/>.</exception>
    public static byte[] Unwrap(KekRing ring, string keyId, ReadOnlySpan<byte> envelope)
    {
        using var material = ring.LeaseMaterial();
        var kek = Kek(ring, keyId, material.Span, out var id);
        if (envelope.Length is <= EnvelopeV1.Overhead or > EnvelopeV1.MaxPlaintext + EnvelopeV1.Overhead)
            throw new EdgeKmsException(ErrorCode.CiphertextInvalid);
        var plaintext = new byte[envelope.Length - EnvelopeV1.Overhead];
        return EnvelopeV1.TryUnwrap(kek, ring.Header.Id, id, envelope, plaintext)
            ? plaintext
            : throw new EdgeKmsException(ErrorCode.CiphertextInvalid);
    }

    /// <summary>The cipher of KMS v1 of <paramref name="plaintext"/> under <paramref name="key"/>, which the ring holds.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.RequestInvalid"/>: empty, or the cipher would be over
    /// <see cref="KmsV1Cipher.MaxSize"/>.</exception>
    public static byte[] WrapForV1(KekRing ring, KekEntry key, ReadOnlySpan<byte> plaintext)
    {
        var overhead = KmsV1Cipher.Overhead(key.Id);
        if (plaintext.IsEmpty || plaintext.Length > KmsV1Cipher.MaxSize - overhead)
            throw new EdgeKmsException(ErrorCode.RequestInvalid);
        var cipher = new byte[plaintext.Length + overhead];
        using var material = ring.LeaseMaterial();
        KmsV1Cipher.Wrap(Kek(ring, key.Id.Text, material.Span, out _), ring.Header.Id, key.Id, plaintext, cipher);
        return cipher;
    }

    /// <summary>The plaintext of a cipher of KMS v1, by the KEK that it names and by no other.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.CiphertextInvalid"/>, <see cref="ErrorCode.KeyUnknown"/> or
    /// <see cref="ErrorCode.KeyDestroyed"/>.</exception>
    public static byte[] UnwrapFromV1(KekRing ring, ReadOnlySpan<byte> cipher)
    {
        var key = KmsV1Cipher.ReadKeyId(cipher) ?? throw new EdgeKmsException(ErrorCode.CiphertextInvalid);
        using var material = ring.LeaseMaterial();
        var kek = Kek(ring, key.Text, material.Span, out _);
        var plaintext = new byte[cipher.Length - KmsV1Cipher.Overhead(key)];
        return KmsV1Cipher.TryUnwrap(kek, ring.Header.Id, key, cipher, plaintext)
            ? plaintext
            : throw new EdgeKmsException(ErrorCode.CiphertextInvalid);
    }

    /// <summary>
    /// Wraps and unwraps a random test value with the active KEK and derives its id anew, so that a bit that flipped in
    /// memory is noticed before it has wrapped a DEK that nobody could unwrap after a restart.
    /// </summary>
    public static bool SelfTest(KekRing ring) => SelfTest(ring, ring.Active);

    /// <summary>The first KEK that fails its self-test, of all that aren't destroyed; null when none does.</summary>
    public static KekEntry? FindBroken(KekRing ring) =>
        ring.Header.Keys.FirstOrDefault(k => k.HasMaterial && !SelfTest(ring, k));

    /// <summary>As <see cref="SelfTest(KekRing)"/>, with any KEK that isn't destroyed.</summary>
    private static bool SelfTest(KekRing ring, KekEntry key)
    {
        Span<byte> value = stackalloc byte[32];
        RandomNumberGenerator.Fill(value);
        try
        {
            using var material = ring.LeaseMaterial();
            var kek = Kek(ring, key.Id.Text, material.Span, out _);
            if (!KeyId.Derive(key.Id.Sequence, ring.Header.Id, kek).Equals(key.Id))
                return false;
            var back = Unwrap(ring, key.Id.Text, Wrap(ring, key, value));
            return CryptographicOperations.FixedTimeEquals(back, value);
        }
        catch (EdgeKmsException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> Kek(KekRing ring, string keyId, ReadOnlySpan<byte> material, out KeyId id)
    {
        var offset = ring.Locate(keyId, out var entry);
        if (entry is null)
            throw new EdgeKmsException(ErrorCode.KeyUnknown);
        if (offset < 0)
            throw new EdgeKmsException(ErrorCode.KeyDestroyed);
        id = entry.Id;
        return material.Slice(offset, KekRing.KekSize);
    }
}
