using EdgeKms.Cli.Report;

namespace EdgeKms.Cli.Tests.Report;

public class RotationHistoryTests
{
    private static readonly RotationRule s_rule = new("30d", TimeSpan.FromDays(30), false);

    [Theory]
    [InlineData("2026-10-25T18:00:00Z", 30, 0)]
    [InlineData("2026-10-25T23:00:00Z", 30, 0)] // a few hours late is in time
    [InlineData("2026-10-26T18:00:00Z", 31, 1)]
    [InlineData("2027-10-30T18:00:00Z", 400, 370)]
    [InlineData("2026-09-25T18:05:00Z", 0, 0)]
    [InlineData("2026-09-20T18:00:00Z", 0, 0)] // the clock went back
    public void Key_RetiredThen_WasActiveAndLateForWholeDays(string retired, int days, int late)
    {
        var first = Samples.Key(1, "retired", Samples.Utc("2026-09-25T18:00:00Z"), Samples.Utc(retired));
        var second = Samples.Key(2, "active", Samples.Now, null);

        var history = RotationHistory.Of(Samples.Ring([first, second]), [], s_rule, Samples.Now);

        Assert.Equal((days, late), (history.Keys[0].DaysActive, history.Keys[0].DaysLate));
        Assert.Equal((1, days, late > 0 ? 1 : 0), (history.Rotations, history.LongestDays, history.Late));
    }

    [Fact]
    public void Key_ThatIsActive_CountsUntilNow()
    {
        var key = Samples.Key(1, "active", Samples.Now.AddDays(-33), null);

        var history = RotationHistory.Of(Samples.Ring([key]), [], s_rule, Samples.Now);

        Assert.Equal((33, 3), (history.Keys[0].DaysActive, history.Keys[0].DaysLate));
        Assert.Equal((0, true), (history.Rotations, history.IsOverdue));
    }

    [Fact]
    public void Key_ThatIsStaged_HasNoDays()
    {
        var key = Samples.Key(1, "staged", Samples.Now, null) with { Activated = null };

        var life = RotationHistory.Of(Samples.Ring([key]), [], s_rule, Samples.Now).Keys[0];

        Assert.Null(life.DaysActive);
        Assert.Null(life.DaysLate);
    }

    [Fact]
    public void Key_ThatIsDestroyed_HasTheDateOfTheAuditLog()
    {
        var keys = new[]
        {
            Samples.Key(1, "destroyed", Samples.Now.AddDays(-200), Samples.Now.AddDays(-170)),
            Samples.Key(2, "destroyed", Samples.Now.AddDays(-170), Samples.Now.AddDays(-140)),
            Samples.Key(3, "active", Samples.Now.AddDays(-3), null),
        };
        var log = new[] { Samples.Entry(9, Samples.Now.AddDays(-1), "key-destroyed", keys[0].Id) };

        var history = RotationHistory.Of(Samples.Ring(keys), log, s_rule, Samples.Now);

        Assert.Equal([Samples.Now.AddDays(-1), null, null], history.Keys.Select(k => k.Destroyed));
    }
}
