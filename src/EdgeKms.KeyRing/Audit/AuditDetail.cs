// Purpose:    the one member of a line that holds free text: cut to its limits, and written with one escape each.
// References: RFC 8259 section 7 (strings), RFC 3629 (UTF-8).
// Parameters: at most 500 UTF-16 code units, and at most 1,600 bytes as written between its quotation marks.
// Limits:     a control character takes 6 bytes: 1,600 keep the longest line under 2,048. Text that isn't Unicode (half a
//             surrogate pair) becomes U+FFFD.

using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeKms.KeyRing.Audit;

/// <summary>The text of <see cref="AuditEntry.Detail"/>.</summary>
internal static class AuditDetail
{
    internal const int MaxCharacters = 500;
    internal const int MaxBytes = 1_600;

    /// <summary>The longest beginning within both limits; null for an empty text.</summary>
    internal static string? Clip(string? text)
    {
        var clipped = new StringBuilder();
        var bytes = 0;
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            bytes += Escaped(rune).Length;
            if (clipped.Length + rune.Utf16SequenceLength > MaxCharacters || bytes > MaxBytes)
                break;
            clipped.Append(rune.ToString());
        }
        return clipped.Length == 0 ? null : clipped.ToString();
    }

    /// <summary>As it stands between the quotation marks.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            escaped.Append(Escaped(rune).Text);
        return escaped.ToString();
    }

    /// <summary>
    /// Reads up to the first quotation mark that isn't escaped; null when there is none or an escape isn't one of ours.
    /// </summary>
    /// <param name="rest">Begins after the opening quotation mark; afterwards, after the closing one.</param>
    internal static string? TryUnescape(ref ReadOnlySpan<byte> rest)
    {
        var bytes = new ArrayBufferWriter<byte>();
        for (var at = 0; at < rest.Length; at++)
        {
            if (rest[at] == (byte)'"')
            {
                rest = rest[(at + 1)..];
                // What isn't UTF-8 becomes U+FFFD here, and the line that is written again differs.
                return Encoding.UTF8.GetString(bytes.WrittenSpan);
            }
            if (rest[at] != (byte)'\\')
            {
                bytes.Write(rest.Slice(at, 1));
                continue;
            }
            at++;
            if (at < rest.Length && rest[at] is (byte)'"' or (byte)'\\')
            {
                bytes.Write(rest.Slice(at, 1));
                continue;
            }
            if (
                rest.Length - at < 5
                || rest[at] != (byte)'u'
                || !byte.TryParse(
                    rest.Slice(at + 3, 2),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out var code
                )
            )
                return null;
            bytes.Write(Encoding.UTF8.GetBytes(((char)code).ToString()));
            at += 4;
        }
        return null;
    }

    // Not the encoder of System.Text.Json: what that escapes depends on the Unicode version of the runtime, and an old
    // log would read as broken after an update.
    private static (string Text, int Length) Escaped(Rune rune) =>
        rune.Value switch
        {
            '"' => ("\\\"", 2),
            '\\' => (@"\\", 2),
            < 0x20 or (>= 0x7F and < 0xA0) => (string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"), 6),
            _ => (rune.ToString(), rune.Utf8SequenceLength),
        };
}
