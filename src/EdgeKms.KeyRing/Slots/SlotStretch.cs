// Purpose:    a slot's secret becomes 32 bytes.
// References: PBKDF2 (RFC 8018, SP 800-132) with HMAC-SHA-512; HKDF-Extract (RFC 5869) with SHA-256.
// Parameters: salt 16 bytes, output 32 bytes, work factors in the slot, capped by RingLimits.
// Limits:     Argon2id is not in the base class library: the short-lived key command brings it.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Slots;

/// <summary>Key derivation of slots that the base class library can do.</summary>
public static class SlotStretch
{
    /// <summary>Stretches by PBKDF2 or HKDF; null for Argon2id.</summary>
    public static SecretBytes? TryStretch(SlotKdf kdf, ReadOnlySpan<byte> salt, SecretBytes secret)
    {
        var stretched = new SecretBytes(KeyDerivation.KeySize);
        using var from = secret.Lease();
        using var to = stretched.Lease();
        switch (kdf)
        {
            case SlotKdf.Pbkdf2Sha512 p:
                Rfc2898DeriveBytes.Pbkdf2(from.Span, salt, to.Span, p.Iterations, HashAlgorithmName.SHA512);
                return stretched;
            case SlotKdf.HkdfSha256:
                HKDF.Extract(HashAlgorithmName.SHA256, from.Span, salt, to.Span);
                return stretched;
            default:
                stretched.Dispose();
                return null;
        }
    }
}
