// Purpose:    the ring file: a text header that can be read without unsealing, its HMAC, and the sealed KEKs.
// References: HMAC-SHA-256 (FIPS 198-1), AES-256-GCM (NIST SP 800-38D), HKDF-Expand (RFC 5869).
// Parameters: MAC key = HKDF-Expand(ring key, "edgekms/ring/v1/mac"), over every header byte before the MAC line;
//             body key = HKDF-Expand(ring key, "edgekms/ring/v1/body"); body = nonce (12) | 32 bytes a KEK | tag (16);
//             AAD = SHA-256 of the whole header with the MAC line.
// Limits:     file 1 MiB, 4,352 keys, 16 slots. One ring key seals one body a generation: random nonces are far from
//             the 2^32 of SP 800-38D section 8.3.

using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>A ring file in memory, parsed but not yet authenticated; spec/ring-v1.md has it byte by byte.</summary>
public sealed class SealedRing
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _file;
    private readonly int _headerLength;

    internal SealedRing(RingHeader header, byte[] file, int headerLength)
    {
        (Header, _file, _headerLength) = (header, file, headerLength);
        Digest = SHA256.HashData(file);
    }

    /// <summary>As the file says; authenticated only once <see cref="Open"/> has returned a ring.</summary>
    public RingHeader Header { get; }

    /// <summary>SHA-256 of the whole file (32 bytes).</summary>
    public byte[] Digest { get; }

    /// <summary>The whole file, as a backup takes it.</summary>
    public ReadOnlyMemory<byte> File => _file;

    private static ReadOnlySpan<byte> MacLabel => "edgekms/ring/v1/mac"u8;

    private static ReadOnlySpan<byte> BodyLabel => "edgekms/ring/v1/body"u8;

    /// <summary>Parses a ring file.</summary>
    /// <returns><see cref="RingOutcome.Ok"/> and the ring, or why not.</returns>
    public static RingOutcome Parse(byte[] file, out SealedRing? ring)
    {
        ring = null;
        if (file.Length > RingLimits.FileBytes)
            return RingOutcome.Limit;
        var outcome = RingTextParser.Parse(file, out var parsed);
        if (outcome != RingOutcome.Ok)
            return outcome;
        var records = parsed!.Header.Keys.Count(k => k.HasMaterial);
        if (file.Length - parsed._headerLength != NonceSize + records * KekRing.KekSize + TagSize)
            return RingOutcome.BodyFailure;
        ring = parsed;
        return RingOutcome.Ok;
    }

    /// <summary>The bytes of the file for a ring.</summary>
    public static byte[] Seal(KekRing ring)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        RandomNumberGenerator.Fill(nonce);
        return Seal(ring, nonce);
    }

    /// <summary>As <see cref="Seal(KekRing)"/> with a given nonce; for test vectors.</summary>
    internal static byte[] Seal(KekRing ring, ReadOnlySpan<byte> nonce)
    {
        var text = Encoding.ASCII.GetBytes(RingText.Write(ring.Header));
        byte[] header = [.. text, .. MacLine.Of(text, ring.RingKey, MacLabel)];

        using var material = ring.LeaseMaterial();
        var file = new byte[header.Length + NonceSize + material.Span.Length + TagSize];
        header.CopyTo(file, 0);
        var body = file.AsSpan(header.Length);
        nonce.CopyTo(body);
        using var key = KeyDerivation.Subkey(ring.RingKey, BodyLabel);
        using var keyLease = key.Lease();
        using var aes = new AesGcm(keyLease.Span, TagSize);
        aes.Encrypt(nonce, material.Span, body[NonceSize..^TagSize], body[^TagSize..], SHA256.HashData(header));
        return file;
    }

    /// <summary>Authenticates every byte and opens the body.</summary>
    /// <param name="ringKey">32 bytes; kept by the ring.</param>
    /// <param name="ring">The ring when <see cref="RingOutcome.Ok"/>.</param>
    public RingOutcome Open(SecretBytes ringKey, out KekRing? ring)
    {
        ring = null;
        if (!IsAuthentic(ringKey))
            return RingOutcome.MacFailure;
        var header = _file.AsSpan(0, _headerLength);

        SecretBytes? material = null;
        try
        {
            material = new SecretBytes(_file.Length - _headerLength - NonceSize - TagSize);
            if (!TryOpenBody(ringKey, header, material))
                return RingOutcome.BodyFailure;
            ring = new KekRing(Header, ringKey, material);
            material = null; // the ring has it now
            return RingOutcome.Ok;
        }
        finally
        {
            material?.Dispose();
        }
    }

    /// <summary>True when this ring key made the header; the body isn't looked at.</summary>
    public bool IsAuthentic(SecretBytes ringKey)
    {
        var header = _file.AsSpan(0, _headerLength);
        var mac = MacLine.Of(header[..^MacLine.Length], ringKey, MacLabel);
        return CryptographicOperations.FixedTimeEquals(mac, header[^MacLine.Length..]);
    }

    private bool TryOpenBody(SecretBytes ringKey, ReadOnlySpan<byte> header, SecretBytes material)
    {
        var body = _file.AsSpan(_headerLength);
        using var to = material.Lease();
        using var key = KeyDerivation.Subkey(ringKey, BodyLabel);
        using var keyLease = key.Lease();
        using var aes = new AesGcm(keyLease.Span, TagSize);
        try
        {
            aes.Decrypt(
                body[..NonceSize],
                body[NonceSize..^TagSize],
                body[^TagSize..],
                to.Span,
                SHA256.HashData(header)
            );
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        // A body that was sealed for this header, but with other KEKs than it names, would unwrap nothing.
        var at = 0;
        foreach (var entry in Header.Keys.Where(k => k.HasMaterial))
        {
            if (!KeyId.Derive(entry.Id.Sequence, Header.Id, to.Span.Slice(at, KekRing.KekSize)).Equals(entry.Id))
                return false;
            at += KekRing.KekSize;
        }
        return true;
    }
}
