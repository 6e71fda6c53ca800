using System.Globalization;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>Go's text of a duration (time.ParseDuration): <c>3s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>300ms</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Nanoseconds)[] s_units =
    [
        ("ns", 1),
        ("us", 1e3),
        ("µs", 1e3),
        ("μs", 1e3),
        ("ms", 1e6),
        ("s", 1e9),
        ("m", 60e9),
        ("h", 3600e9),
    ];

    /// <summary>Nanoseconds; null where it is none, or more than 290 years.</summary>
    internal static double? Parse(string text)
    {
        var rest = text.AsSpan();
        var sign = rest is ['-', ..] ? -1 : 1;
        if (rest is ['-' or '+', ..])
            rest = rest[1..];
        if (rest is "0")
            return 0;
        if (rest.IsEmpty)
            return null;
        var sum = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
                digits++;
            var letters = digits;
            while (letters < rest.Length && !char.IsAsciiDigit(rest[letters]) && rest[letters] != '.')
                letters++;
            var unit = rest[digits..letters].ToString();
            var found = Array.Find(s_units, u => string.Equals(u.Unit, unit, StringComparison.Ordinal));
            if (found.Unit is null || !TryNumber(rest[..digits], out var number))
                return null;
            sum += number * found.Nanoseconds;
            rest = rest[letters..];
        }
        return sum <= long.MaxValue ? sign * sum : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out double number) =>
        double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
