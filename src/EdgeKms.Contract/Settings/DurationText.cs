using System.Globalization;

namespace EdgeKms.Contract.Settings;

/// <summary>Durations as people write them: a whole number and one of the units d, h, m, s.</summary>
public static class DurationText
{
    private const long MaxSeconds = 36_500 * 86_400L;

    /// <summary>Reads <c>30d</c>, <c>12h</c>, <c>15m</c> or <c>60s</c>; at most 9 digits and 36,500 days.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (
            text.Length is < 2 or > 10
            || !int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
        {
            return false;
        }
        long seconds = text[^1] switch
        {
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => 0,
        };
        if (seconds == 0 || number > MaxSeconds / seconds)
            return false;
        value = TimeSpan.FromSeconds(number * seconds);
        return true;
    }

    /// <summary>Writes a whole number of seconds with the largest unit that divides it.</summary>
    public static string Format(TimeSpan value)
    {
        var seconds = (long)value.TotalSeconds;
        foreach (var (unit, size) in new[] { ("d", 86_400L), ("h", 3_600L), ("m", 60L) })
        {
            if (seconds != 0 && seconds % size == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{seconds / size}{unit}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
    }
}
