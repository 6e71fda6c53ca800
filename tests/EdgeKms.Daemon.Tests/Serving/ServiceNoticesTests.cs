using EdgeKms.Daemon.Serving;

namespace EdgeKms.Daemon.Tests.Serving;

public class ServiceNoticesTests
{
    [Theory]
    [InlineData("180000000", null, 60)]
    [InlineData("180000000", "7", 60)]
    [InlineData("3000000", "7", 1)]
    public void FeedInterval_OfAWatchdog_IsAThirdOfIt(string microseconds, string? pid, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Of(microseconds, pid).FeedInterval);

    [Theory]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("many", null)]
    [InlineData("9223372036854775807", null)]
    [InlineData("180000000", "8")] // another process's
    public void FeedInterval_WithoutAWatchdog_IsForEver(string? microseconds, string? pid) =>
        Assert.Equal(TimeSpan.MaxValue, Of(microseconds, pid).FeedInterval);

    private static ServiceNotices Of(string? microseconds, string? pid) =>
        new(
            name =>
                name switch
                {
                    "WATCHDOG_USEC" => microseconds,
                    "WATCHDOG_PID" => pid,
                    _ => null,
                },
            7
        );
}
