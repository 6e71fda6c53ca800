using System.Globalization;

namespace EdgeKms.KeyRing.Audit;

/// <summary>
/// A line's sequence and hash, to be noted where the log's writer can't reach: it proves later that this line, and
/// so every kept line before it, is still what it was.
/// </summary>
/// <param name="Sequence">The line's sequence, from 1.</param>
/// <param name="Hash">SHA-256 of the line with its newline, 64 lower-case hex digits.</param>
public sealed record AuditMark(long Sequence, string Hash)
{
    /// <summary><c>SEQ:HASH</c>.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Hash}");

    /// <summary>Reads <c>SEQ:HASH</c>; null when it isn't that.</summary>
    public static AuditMark? TryParse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return
            colon > 0
            && long.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && sequence is >= 1 and <= AuditRecord.MaxSequence
            && text.Length == colon + 1 + 2 * AuditRecord.HashSize
            && text.Skip(colon + 1).All(char.IsAsciiHexDigitLower)
            ? new AuditMark(sequence, text[(colon + 1)..])
            : null;
    }
}
