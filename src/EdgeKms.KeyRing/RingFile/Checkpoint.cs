// Purpose:    the node's high-water mark: an older ring put back, or a clock that went backwards, is noticed.
// References: HMAC-SHA-256 (FIPS 198-1), HKDF-Expand (RFC 5869).
// Parameters: MAC key = HKDF-Expand(ring key, "edgekms/checkpoint/v1/mac"), over every byte before the MAC line.
// Limits:     ring and checkpoint replaced together are not noticed: the threat model says so.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>The checkpoint file; spec/checkpoint-v1.md has it byte by byte.</summary>
/// <param name="Ring">The ring.</param>
/// <param name="Generation">Highest generation seen.</param>
/// <param name="Digest">SHA-256 of that generation's file (32 bytes).</param>
/// <param name="Active">Key id active then.</param>
/// <param name="Seen">Last time seen (UTC, whole seconds).</param>
public sealed record Checkpoint(RingId Ring, int Generation, byte[] Digest, KeyId Active, DateTime Seen)
{
    /// <summary>Largest checkpoint file, in bytes.</summary>
    public const int MaxBytes = 1_024;

    private const string Magic = "edgekms-checkpoint/1";

    private static ReadOnlySpan<byte> MacLabel => "edgekms/checkpoint/v1/mac"u8;

    /// <summary>Parses a file without authenticating it; null when it is damaged.</summary>
    public static Checkpoint? TryParse(ReadOnlySpan<byte> file)
    {
        var values = TextLines.Read(file, Magic, "ring", "generation", "digest", "active", "seen", "mac");
        if (values is null)
            return null;
        var ring = RingId.TryParse(values[0]);
        var active = KeyId.TryParse(values[3]);
        var digest = values[2];
        Span<byte> mac = stackalloc byte[MacLine.MacSize];
        var parsed =
            ring is not null
            && active is not null
            && int.TryParse(values[1], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            && digest.Length == 64
            && digest.All(char.IsAsciiHexDigitLower)
            && UtcText.TryParse(values[4], out var seen)
            && FixedBase64.TryDecode(values[5], mac)
                ? new Checkpoint(ring, generation, Convert.FromHexString(digest), active, seen)
                : null;
        // Writing what was parsed gives the same bytes: nothing was read leniently.
        return
            parsed is { Generation: >= 1 and <= RingLimits.Generations }
            && file[..^MacLine.Length].SequenceEqual(Encoding.ASCII.GetBytes(parsed.Text()))
            ? parsed
            : null;
    }

    /// <summary>True when the file is, byte for byte, this checkpoint under this ring key.</summary>
    public bool IsAuthentic(ReadOnlySpan<byte> file, SecretBytes ringKey) =>
        CryptographicOperations.FixedTimeEquals(file, Write(ringKey));

    /// <summary>The file's bytes.</summary>
    public byte[] Write(SecretBytes ringKey)
    {
        var text = Encoding.ASCII.GetBytes(Text());
        return [.. text, .. MacLine.Of(text, ringKey, MacLabel)];
    }

    private string Text() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Magic}\nring {Ring.Text}\ngeneration {Generation}\ndigest {Convert.ToHexStringLower(Digest)}\n"
        ) + $"active {Active.Text}\nseen {UtcText.Format(Seen)}\n";
}
