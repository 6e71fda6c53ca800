using System.Globalization;
using EdgeKms.Cli.Status;

namespace EdgeKms.Cli.Tests.Status;

public class MomentsTests
{
    private static DateTime Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcDateTime;

    [Theory]
    [InlineData("2026-12-23T12:00:00Z", "in 29 days")]
    [InlineData("2026-11-26T11:59:59Z", "in 1 day")]
    [InlineData("2026-11-24T13:30:00Z", "in 1 hour")]
    [InlineData("2026-11-24T12:02:59Z", "in 2 minutes")]
    [InlineData("2026-11-24T12:00:00Z", "due now")]
    [InlineData("2026-11-24T11:59:59Z", "overdue by 1 second")]
    [InlineData("2026-11-21T12:00:00Z", "overdue by 3 days")]
    public void Due_Date_IsSaidInWords(string date, string words) =>
        Assert.Equal(words, Moments.Due(Utc(date), DateTimeOffset.Parse(Run.Now, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2026-11-24T11:59:59.5Z", "just now")]
    [InlineData("2026-11-24T11:59:58Z", "2 seconds ago")]
    [InlineData("2026-11-01T12:00:00Z", "23 days ago")]
    [InlineData("2026-11-24T12:05:00Z", "in 5 minutes")]
    public void Past_Date_IsSaidInWords(string date, string words) =>
        Assert.Equal(words, Moments.Past(Utc(date), DateTimeOffset.Parse(Run.Now, CultureInfo.InvariantCulture)));

    [Fact]
    public void Date_WithoutAZone_IsUtc() =>
        Assert.Equal(
            "2026-11-24 08:01 UTC",
            Moments.Date(DateTime.Parse("2026-11-24T08:01:02", CultureInfo.InvariantCulture))
        );
}
