// Purpose:    wrap and unwrap the ring key (32 bytes) in a slot.
// References: AES-256-GCM (NIST SP 800-38D), HKDF (RFC 5869).
// Parameters: wrap key = HKDF-Expand(stretched secret, "edgekms/slot/v1/" | kind); nonce 12 random bytes; tag 16 bytes;
//             AAD = ring id (16 bytes) | the slot's line up to the wrapped key, so its parameters can't be exchanged.
// Limits:     each slot has a fresh salt, so a wrap key encrypts once.

using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Slots;

/// <summary>The sealing of slots; the secret comes in already stretched by <see cref="Slot.Kdf"/>.</summary>
public static class SlotSeal
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static ReadOnlySpan<byte> Label => "edgekms/slot/v1/"u8;

    /// <summary>Makes a slot that <paramref name="stretched"/> (32 bytes) opens.</summary>
    public static Slot Close(
        RingId ring,
        int number,
        SlotKind kind,
        DateTime created,
        SlotKdf kdf,
        byte[] salt,
        SecretBytes stretched,
        SecretBytes ringKey
    )
    {
        var slot = new Slot(number, kind, created, kdf, salt, new byte[Slot.WrappedSize]);
        Span<byte> wrapped = slot.Wrapped;
        RandomNumberGenerator.Fill(wrapped[..NonceSize]);
        using var key = WrapKey(kind, stretched);
        using var keyLease = key.Lease();
        using var ringLease = ringKey.Lease();
        using var aes = new AesGcm(keyLease.Span, TagSize);
        aes.Encrypt(
            wrapped[..NonceSize],
            ringLease.Span,
            wrapped[NonceSize..^TagSize],
            wrapped[^TagSize..],
            Aad(ring, slot)
        );
        return slot;
    }

    /// <summary>The ring key, or null when <paramref name="stretched"/> doesn't open this slot.</summary>
    public static SecretBytes? TryOpen(RingId ring, Slot slot, SecretBytes stretched)
    {
        ReadOnlySpan<byte> wrapped = slot.Wrapped;
        using var key = WrapKey(slot.Kind, stretched);
        using var keyLease = key.Lease();
        var ringKey = new SecretBytes(KeyDerivation.KeySize);
        using var ringLease = ringKey.Lease();
        using var aes = new AesGcm(keyLease.Span, TagSize);
        try
        {
            aes.Decrypt(
                wrapped[..NonceSize],
                wrapped[NonceSize..^TagSize],
                wrapped[^TagSize..],
                ringLease.Span,
                Aad(ring, slot)
            );
            return ringKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            ringKey.Dispose();
            return null;
        }
    }

    private static SecretBytes WrapKey(SlotKind kind, SecretBytes stretched) =>
        KeyDerivation.Subkey(stretched, Label, Encoding.ASCII.GetBytes(Slot.KindText(kind)));

    private static byte[] Aad(RingId ring, Slot slot) => [.. ring.Bytes, .. Encoding.ASCII.GetBytes(slot.Prefix)];
}
