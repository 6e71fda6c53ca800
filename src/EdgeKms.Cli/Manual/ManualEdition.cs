using System.Globalization;

namespace EdgeKms.Cli.Manual;

/// <summary>What each page says at its foot.</summary>
/// <param name="Date"><c>2026-11-24</c>.</param>
/// <param name="Version"><c>0.1.0</c>.</param>
internal sealed record ManualEdition(string Date, string Version)
{
    /// <summary>
    /// The date is that of <c>SOURCE_DATE_EPOCH</c> (seconds since 1970), where it is set: a package that is built twice
    /// has the same pages.
    /// </summary>
    public static ManualEdition Of(string? sourceDateEpoch, TimeProvider time, string version)
    {
        var date = long.TryParse(sourceDateEpoch, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : time.GetUtcNow();
        return new ManualEdition(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), version);
    }
}
