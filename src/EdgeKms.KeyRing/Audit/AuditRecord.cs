// Purpose:    one event as one line of JSON that holds the hash of the line before it.
// References: SHA-256 (FIPS 180-4), JSON (RFC 8259); spec/audit-log-v1.md has the line byte by byte.
// Parameters: at most 2,048 bytes with its newline; sequence from 1; the first line's "prev" is 32 zero bytes.
// Limits:     no secret is in the chain: whoever may write the files can write all of them anew.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Audit;

/// <summary>One line of the audit log.</summary>
/// <param name="Sequence">Position in the log, from 1.</param>
/// <param name="Time">The machine's clock then (UTC, whole seconds); not compared with other lines.</param>
/// <param name="Entry">What happened.</param>
/// <param name="Previous">SHA-256 of the line before it with its newline (32 bytes).</param>
public sealed record AuditRecord(long Sequence, DateTime Time, AuditEntry Entry, byte[] Previous)
{
    /// <summary>Longest line, in bytes with its newline.</summary>
    public const int MaxLineBytes = 2_048;

    /// <summary>Highest sequence: a forged line must not make the next number overflow.</summary>
    public const long MaxSequence = 999_999_999_999;

    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>The line's bytes with its newline.</summary>
    public byte[] Write()
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{{\"seq\":{Sequence},\"time\":\"{UtcText.Format(Time)}\"");
        line.Append(CultureInfo.InvariantCulture, $",\"event\":\"{AuditEventName.Of(Entry.Event)}\"");
        if (Entry.Ring is { } ring)
            line.Append(CultureInfo.InvariantCulture, $",\"ring\":\"{ring.Text}\"");
        if (Entry.Generation is { } generation)
            line.Append(CultureInfo.InvariantCulture, $",\"generation\":{generation}");
        if (Entry.Key is { } key)
            line.Append(CultureInfo.InvariantCulture, $",\"key\":\"{key.Text}\"");
        if (Entry.Slot is { } slot)
            line.Append(CultureInfo.InvariantCulture, $",\"slot\":{slot}");
        if (Entry.Detail is { } detail)
            line.Append(CultureInfo.InvariantCulture, $",\"detail\":\"{AuditDetail.Escape(detail)}\"");
        line.Append(CultureInfo.InvariantCulture, $",\"prev\":\"{Convert.ToHexStringLower(Previous)}\"}}\n");
        return Encoding.UTF8.GetBytes(line.ToString());
    }

    /// <summary>Reads one line with its newline; null when it isn't, byte for byte, what <see cref="Write"/> gives.</summary>
    public static AuditRecord? TryParse(ReadOnlySpan<byte> line) =>
        line.Length <= MaxLineBytes
        && new AuditLineParser(line).Read() is { } record
        && line.SequenceEqual(record.Write())
            ? record
            : null;
}
