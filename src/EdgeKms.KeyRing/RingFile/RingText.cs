using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>Writes the ring file's text header, without its MAC line. One header gives one text.</summary>
internal static class RingText
{
    internal const string Magic = "edgekms-ring/";
    internal const string Version = "1";

    internal static string Write(RingHeader header)
    {
        var text = new StringBuilder();
        Line(text, Magic + Version);
        Line(text, $"ring {header.Id.Text}");
        Line(text, $"generation {header.Generation}");
        Line(text, $"previous {(header.Previous is null ? "-" : Convert.ToHexStringLower(header.Previous))}");
        Line(text, $"written {UtcText.Format(header.Written)}");
        foreach (var key in header.Keys)
        {
            Line(
                text,
                $"key {key.Id.Text} {UtcText.Format(key.Created)} {Date(key.Activated)} {Date(key.Retired)} {Date(key.Destroyed)}"
            );
        }
        foreach (var slot in header.Slots)
            Line(text, $"{slot.Prefix} {Base64Url.EncodeToString(slot.Wrapped)}");
        return text.ToString();
    }

    private static string Date(DateTime? value) => value is { } date ? UtcText.Format(date) : "-";

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
