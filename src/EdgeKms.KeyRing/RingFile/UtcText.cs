using System.Globalization;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>Dates in files: UTC, whole seconds, <c>2026-11-24T03:32:42Z</c>, exactly 20 characters.</summary>
public static class UtcText
{
    private const string Pattern = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Now, cut to whole seconds.</summary>
    public static DateTime Now(TimeProvider time)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
    }

    public static string Format(DateTime value) => value.ToString(Pattern, CultureInfo.InvariantCulture);

    public static bool TryParse(ReadOnlySpan<char> text, out DateTime value) =>
        DateTime.TryParseExact(
            text,
            Pattern,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out value
        );
}
