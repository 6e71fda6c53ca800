using EdgeKms.KeyRing.Rotation;

namespace EdgeKms.KeyRing.Tests.Rotation;

public sealed class RotationPolicyTests
{
    // The active key of the ring became active on 2026-03-06 (a Monday in January and 60 days).
    [Theory]
    [InlineData("2026-03-06T00:00:00Z", "2026-03-06T00:00:00Z", RotationAdvice.Wait)]
    [InlineData("2026-04-04T23:00:00Z", "2026-04-04T22:00:00Z", RotationAdvice.Wait)] // 29 d 23 h
    [InlineData("2026-04-04T23:59:59Z", "2026-04-04T22:00:00Z", RotationAdvice.Wait)]
    [InlineData("2026-04-05T00:00:00Z", "2026-04-04T22:00:00Z", RotationAdvice.Rotate)] // 30 d
    [InlineData("2026-05-05T00:00:00Z", "2026-03-07T00:00:00Z", RotationAdvice.Rotate)] // 60 d
    [InlineData("2027-04-10T00:00:00Z", "2026-03-07T00:00:00Z", RotationAdvice.Rotate)] // 400 d
    [InlineData("2026-04-05T00:00:00Z", "2026-04-05T00:00:00Z", RotationAdvice.Rotate)] // seen this very second
    [InlineData("2026-04-05T00:00:00Z", "2026-04-05T00:00:01Z", RotationAdvice.ClockBehind)]
    [InlineData("1970-01-01T00:00:00Z", "2026-03-07T00:00:00Z", RotationAdvice.ClockBehind)] // no battery
    [InlineData("2026-03-05T00:00:00Z", null, RotationAdvice.Wait)] // before the key, no checkpoint
    [InlineData("2099-12-31T23:59:59Z", "2026-03-07T00:00:00Z", RotationAdvice.Rotate)] // years ahead
    [InlineData("2026-04-06T00:00:00Z", "2099-12-31T23:59:59Z", RotationAdvice.ClockBehind)] // and set right again
    [InlineData("9999-12-31T23:59:59Z", null, RotationAdvice.Rotate)]
    public void Advise_AtADate_Says(string now, string? seen, RotationAdvice advice) =>
        Assert.Equal(
            advice,
            RotationPolicy.Advise(
                Given.RingOfEveryState().Header,
                TimeSpan.FromDays(30),
                Given.Utc(now),
                seen is null ? null : Given.Utc(seen)
            )
        );

    [Fact]
    public void Due_OfAKeyThatBecameActive_IsOnePeriodLater() =>
        Assert.Equal(
            Given.Utc("2026-04-05T00:00:00Z"),
            RotationPolicy.Due(Given.RingOfEveryState().Header, TimeSpan.FromDays(30))
        );

    [Fact]
    public void Due_BeyondTheCalendar_IsItsEnd() =>
        Assert.Equal(
            DateTime.MaxValue,
            RotationPolicy.Due(Given.RingOfEveryState().Header, TimeSpan.FromDays(3_650_000))
        );

    [Fact]
    public void Rotate_AfterManyMissedPeriods_MakesOneKeyAndTheAdviceIsToWait()
    {
        var ring = Given.FirstRing();
        var now = Given.Monday.AddDays(400);
        var next = ring.Rotate(now, new byte[32]);
        Assert.Equal(2, next.Header.Keys.Count);
        Assert.Equal(RotationAdvice.Wait, RotationPolicy.Advise(next.Header, TimeSpan.FromDays(30), now, now));
    }
}
