using EdgeKms.Contract.Settings;

namespace EdgeKms.Contract.Tests.Settings;

public class DurationTextTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("60s", 60)]
    [InlineData("15m", 900)]
    [InlineData("12h", 43_200)]
    [InlineData("30d", 2_592_000)]
    [InlineData("36500d", 3_153_600_000)]
    [InlineData("999999999s", 999_999_999)]
    public void TryParse_NumberAndUnit_IsRead(string text, long seconds)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(seconds, value.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("30")]
    [InlineData("30 d")]
    [InlineData(" 30d")]
    [InlineData("30D")]
    [InlineData("-1d")]
    [InlineData("+1d")]
    [InlineData("1.5h")]
    [InlineData("1h30m")]
    [InlineData("1w")]
    [InlineData("36501d")]
    [InlineData("999999999d")]
    [InlineData("1234567890s")]
    [InlineData("٣d")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(61, "61s")]
    [InlineData(120, "2m")]
    [InlineData(5_400, "90m")]
    [InlineData(86_400, "1d")]
    [InlineData(90_000, "25h")]
    public void Format_Seconds_TakesTheLargestUnitThatDivides(long seconds, string text)
    {
        Assert.Equal(text, DurationText.Format(TimeSpan.FromSeconds(seconds)));
        Assert.True(DurationText.TryParse(text, out var back));
        Assert.Equal(seconds, back.TotalSeconds);
    }
}
