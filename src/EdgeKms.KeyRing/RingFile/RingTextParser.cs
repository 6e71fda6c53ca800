using System.Globalization;
using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// Reads the ring file's text header, strictly: the fields in their order, one blank between them, canonical numbers.
/// Each fault ends with an outcome, never with an exception.
/// </summary>
internal ref struct RingTextParser
{
    private ReadOnlySpan<byte> _rest;
    private RingOutcome _outcome;
    private bool _isMac;

    /// <summary>Parses <paramref name="file"/> (at most 1 MiB, checked before) up to and including the MAC line.</summary>
    internal static RingOutcome Parse(byte[] file, out SealedRing? ring)
    {
        ring = null;
        var parser = new RingTextParser { _rest = file };
        var (header, mac) = parser.Header();
        if (parser._outcome != RingOutcome.Ok || header is null || mac is null)
            return parser._outcome == RingOutcome.Ok ? RingOutcome.HeaderFailure : parser._outcome;
        if (header.Refuse() is not null)
            return RingOutcome.HeaderFailure;
        var headerLength = file.Length - parser._rest.Length;
        ring = new SealedRing(header, file, headerLength);
        // Writing what was parsed gives the same bytes: nothing was read leniently.
        var again = Encoding.ASCII.GetBytes(RingText.Write(header));
        return file.AsSpan(0, headerLength - MacLine.Length).SequenceEqual(again)
            ? RingOutcome.Ok
            : RingOutcome.HeaderFailure;
    }

    private (RingHeader? Header, byte[]? Mac) Header()
    {
        // The name first: a line that is too long is a limit of this format, in any other file it is nothing.
        if (!_rest.StartsWith("edgekms-ring/"u8) || Line() is not { } magic)
            return Fail(RingOutcome.HeaderFailure);
        var versionText = magic.AsSpan(RingText.Magic.Length);
        if (!versionText.SequenceEqual(RingText.Version))
            return Fail(TextLines.IsVersion(versionText) ? RingOutcome.UnsupportedVersion : RingOutcome.HeaderFailure);

        if (RingId.TryParse(Field("ring")) is not { } id || !IsNumber(Field("generation"), out var generation))
            return Fail(RingOutcome.HeaderFailure);
        if (generation > RingLimits.Generations)
            return Fail(RingOutcome.Limit);
        var previous = Previous(Field("previous"), out var previousIsRight);
        if (!previousIsRight || !UtcText.TryParse(Field("written"), out var written))
            return Fail(RingOutcome.HeaderFailure);

        var keys = new List<KekEntry>();
        var slots = new List<Slot>();
        while (Line() is { } line)
        {
            var parts = line.Split(' ');
            if (string.Equals(parts[0], "mac", StringComparison.Ordinal))
            {
                var mac = new byte[MacLine.MacSize];
                return parts.Length == 2 && FixedBase64.TryDecode(parts[1], mac)
                    ? (new RingHeader(id, generation, previous, written, keys, slots), mac)
                    : Fail(RingOutcome.HeaderFailure);
            }
            if (slots.Count == 0 && Key(parts) is { } key)
                keys.Add(key);
            else if (Slot(parts) is { } slot)
                slots.Add(slot);
            else
                return Fail(RingOutcome.HeaderFailure);
            if (keys.Count > RingLimits.FileKeys || slots.Count > RingLimits.Slots)
                return Fail(RingOutcome.Limit);
        }
        return Fail(RingOutcome.HeaderFailure);
    }

    /// <summary>A number from 1 without leading zeros.</summary>
    private static bool IsNumber(string? text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text is not ['0', ..];

    private static KekEntry? Key(string[] parts)
    {
        if (parts.Length != 6 || !string.Equals(parts[0], "key", StringComparison.Ordinal))
            return null;
        var right = true;
        var id = KeyId.TryParse(parts[1]);
        var activated = OptionalDate(parts[3], ref right);
        var retired = OptionalDate(parts[4], ref right);
        var destroyed = OptionalDate(parts[5], ref right);
        return id is not null && right && UtcText.TryParse(parts[2], out var created)
            ? new KekEntry(id, created, activated, retired, destroyed)
            : null;
    }

    private Slot? Slot(string[] parts)
    {
        if (parts.Length != 7 || !string.Equals(parts[0], "slot", StringComparison.Ordinal))
            return null;
        SlotKind? kind = parts[2] switch
        {
            "admin" => SlotKind.Admin,
            "recovery" => SlotKind.Recovery,
            "node" => SlotKind.Node,
            _ => null,
        };
        var kdf = SlotKdf.TryParse(parts[4], out var overLimit);
        if (overLimit)
            _outcome = RingOutcome.Limit;
        var salt = new byte[Slots.Slot.SaltSize];
        var wrapped = new byte[Slots.Slot.WrappedSize];
        return
            kind is not null
            && kdf is not null
            && !overLimit
            && IsNumber(parts[1], out var number)
            && UtcText.TryParse(parts[3], out var created)
            && FixedBase64.TryDecode(parts[5], salt)
            && FixedBase64.TryDecode(parts[6], wrapped)
            ? new Slot(number, kind.Value, created, kdf, salt, wrapped)
            : null;
    }

    private static DateTime? OptionalDate(string text, ref bool right)
    {
        if (string.Equals(text, "-", StringComparison.Ordinal))
            return null;
        right &= UtcText.TryParse(text, out var date);
        return date;
    }

    private static byte[]? Previous(string? text, out bool right)
    {
        right = string.Equals(text, "-", StringComparison.Ordinal);
        if (right || text?.Length != 64 || !text.All(char.IsAsciiHexDigitLower))
            return null;
        right = true;
        return Convert.FromHexString(text);
    }

    /// <summary>The value of the next line, which must be <c>NAME VALUE</c>; null when it isn't.</summary>
    private string? Field(string name) =>
        Line() is { } line && line.StartsWith(name + " ", StringComparison.Ordinal) ? line[(name.Length + 1)..] : null;

    /// <summary>The next line of printable ASCII without its newline; null at a fault, at the end and after the MAC.</summary>
    private string? Line()
    {
        if (_isMac)
            return null;
        var end = _rest[..Math.Min(_rest.Length, RingLimits.LineBytes)].IndexOf((byte)'\n');
        if (end < 0 && _rest.Length >= RingLimits.LineBytes)
            _outcome = RingOutcome.Limit;
        if (end < 0 || _rest[..end].ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return null;
        var line = Encoding.ASCII.GetString(_rest[..end]);
        _rest = _rest[(end + 1)..];
        _isMac = line.StartsWith("mac ", StringComparison.Ordinal);
        return line;
    }

    /// <summary>Ends with <paramref name="outcome"/>, unless a limit was met before.</summary>
    private (RingHeader?, byte[]?) Fail(RingOutcome outcome)
    {
        if (_outcome == RingOutcome.Ok)
            _outcome = outcome;
        return (null, null);
    }
}
