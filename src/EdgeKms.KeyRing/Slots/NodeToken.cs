// Purpose:    the secret of the unattended start: 32 random bytes in a file that only root can read.
// References: SHA-256 (FIPS 180-4) for the check line.
// Parameters: text lines magic, ring, slot, secret (43 characters of base64url), check (first 4 bytes of SHA-256 of
//             everything before the line, in hex): a damaged file is told from one of another ring.
// Limits:     whoever reads the file and the ring opens the ring: full-disk encryption or a TPM slot protects a stolen
//             disk, the token does not.

using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Slots;

/// <summary>The node token file; spec/node-token-v1.md has it byte by byte.</summary>
public sealed class NodeToken : IDisposable
{
    /// <summary>Largest token file, in bytes.</summary>
    public const int MaxBytes = 256;

    private const int SecretTextLength = 43;
    private const string Magic = "edgekms-node-token/1";

    private NodeToken(RingId ring, int slot, SecretBytes secret) => (Ring, Slot, Secret) = (ring, slot, secret);

    /// <summary>The ring that it belongs to.</summary>
    public RingId Ring { get; }

    /// <summary>The number of the slot that it opens.</summary>
    public int Slot { get; }

    /// <summary>32 bytes.</summary>
    public SecretBytes Secret { get; }

    /// <summary>A token with a fresh secret.</summary>
    public static NodeToken Create(RingId ring, int slot) => new(ring, slot, SecretBytes.Random(KeyDerivation.KeySize));

    /// <summary>Parses a token file and clears <paramref name="file"/>; null when it is damaged.</summary>
    public static NodeToken? TryParse(byte[] file)
    {
        try
        {
            var end = file.AsSpan().LastIndexOf("\nsecret "u8) + 1;
            var secretAt = end + "secret ".Length;
            var checkAt = secretAt + SecretTextLength + 1;
            if (end < 1 || file.Length != checkAt + "check 01234567\n".Length || file[checkAt - 1] != '\n')
                return null;
            var check = $"check {Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(0, checkAt)).AsSpan(0, 4))}\n";
            if (!file.AsSpan(checkAt).SequenceEqual(Encoding.ASCII.GetBytes(check)))
                return null;
            var values = RingFile.TextLines.Read(file.AsSpan(0, end), Magic, "ring", "slot");
            var ring = values is null ? null : RingId.TryParse(values[0]);
            if (
                ring is null
                || !int.TryParse(values![1], NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
                || slot < 1
            )
            {
                return null;
            }
            var token = Create(ring, slot);
            if (token.TryDecode(file.AsSpan(secretAt, SecretTextLength)) && token.IsWrittenAs(file))
                return token;
            token.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    /// <summary>The file's bytes; the caller clears them.</summary>
    public byte[] Write()
    {
        var head = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Magic}\nring {Ring.Text}\nslot {Slot}\nsecret ")
        );
        var file = new byte[head.Length + SecretTextLength + 1 + "check 01234567\n".Length];
        head.CopyTo(file, 0);
        var at = head.Length;
        using (var lease = Secret.Lease())
            at += Base64Url.EncodeToUtf8(lease.Span, file.AsSpan(at));
        file[at++] = (byte)'\n';
        var check = Convert.ToHexStringLower(SHA256.HashData(file.AsSpan(0, at)).AsSpan(0, 4));
        Encoding.ASCII.GetBytes($"check {check}\n").CopyTo(file, at);
        return file;
    }

    public void Dispose() => Secret.Dispose();

    private bool TryDecode(ReadOnlySpan<byte> text)
    {
        using var lease = Secret.Lease();
        return Base64Url.DecodeFromUtf8(text, lease.Span, out _, out var written) == OperationStatus.Done
            && written == KeyDerivation.KeySize;
    }

    /// <summary>Writing what was parsed gives the same bytes: nothing was read leniently.</summary>
    private bool IsWrittenAs(ReadOnlySpan<byte> file)
    {
        var again = Write();
        var same = CryptographicOperations.FixedTimeEquals(again, file);
        CryptographicOperations.ZeroMemory(again);
        return same;
    }
}
