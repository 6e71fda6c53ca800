using System.Globalization;
using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Audit;

/// <summary>
/// Reads the members of a line in their order. Lenient where it may be: the caller writes the record again and compares.
/// </summary>
internal ref struct AuditLineParser(ReadOnlySpan<byte> line)
{
    private ReadOnlySpan<byte> _rest = line;

    /// <summary>The record; null at the first fault.</summary>
    internal AuditRecord? Read()
    {
        if (
            !Skip("{\"seq\":"u8)
            || Number(AuditRecord.MaxSequence) is not { } sequence
            || !Skip(",\"time\":\""u8)
            || !UtcText.TryParse(Word(), out var time)
            || !Skip(",\"event\":\""u8)
            || AuditEventName.TryParse(Word()) is not { } happened
        )
            return null;
        RingId? ring = null;
        if (Skip(",\"ring\":\""u8) && (ring = RingId.TryParse(Word())) is null)
            return null;
        long? generation = null;
        if (Skip(",\"generation\":"u8) && (generation = Number(int.MaxValue)) is null)
            return null;
        KeyId? key = null;
        if (Skip(",\"key\":\""u8) && (key = KeyId.TryParse(Word())) is null)
            return null;
        long? slot = null;
        if (Skip(",\"slot\":"u8) && (slot = Number(int.MaxValue)) is null)
            return null;
        string? detail = null;
        if (Skip(",\"detail\":\""u8) && (detail = AuditDetail.TryUnescape(ref _rest)) is null)
            return null;
        var previous = new byte[AuditRecord.HashSize];
        if (!Skip(",\"prev\":\""u8) || !IsHash(Word(), previous))
            return null;
        var entry = new AuditEntry(happened)
        {
            Ring = ring,
            Generation = (int?)generation,
            Key = key,
            Slot = (int?)slot,
            Detail = detail,
        };
        return new AuditRecord(sequence, time, entry, previous);
    }

    private static bool IsHash(string text, byte[] hash) =>
        text.Length == 2 * AuditRecord.HashSize
        && Convert.FromHexString(text, hash, out _, out _) == System.Buffers.OperationStatus.Done;

    private bool Skip(ReadOnlySpan<byte> text)
    {
        if (!_rest.StartsWith(text))
            return false;
        _rest = _rest[text.Length..];
        return true;
    }

    /// <summary>A number from 1.</summary>
    private long? Number(long max)
    {
        var digits = _rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (
            digits <= 0
            || !long.TryParse(_rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < 1
            || number > max
        )
            return null;
        _rest = _rest[digits..];
        return number;
    }

    /// <summary>Up to the next quotation mark; empty when there is none.</summary>
    private string Word()
    {
        var end = _rest.IndexOf((byte)'"');
        if (end < 0)
            return "";
        var word = Encoding.Latin1.GetString(_rest[..end]);
        _rest = _rest[(end + 1)..];
        return word;
    }
}
