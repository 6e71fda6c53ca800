using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Tests.Ring;

namespace EdgeKms.KeyRing.Tests.Rotation;

public sealed class RingRoomTests
{
    private static readonly DateTime s_now = Given.Utc("2026-11-24T12:00:00Z");
    private static readonly RingHeader s_ring = FullRing.Of(3, 1).Header;

    // The active key became active this very moment.
    [Theory]
    [InlineData(4_093, 30, RingRoom.Verdict.Enough, "2027-03-24T12:00:00Z")] // 3 places, and the fourth rotation fails
    [InlineData(4_094, 30, RingRoom.Verdict.Enough, "2027-02-22T12:00:00Z")] // in 90 days
    [InlineData(4_095, 30, RingRoom.Verdict.Scarce, "2027-01-23T12:00:00Z")] // in 60 days
    [InlineData(4_096, 30, RingRoom.Verdict.Full, "2026-12-24T12:00:00Z")] // the next one fails
    [InlineData(4_352, 30, RingRoom.Verdict.Full, "2026-12-24T12:00:00Z")]
    [InlineData(4_095, 365, RingRoom.Verdict.Enough, "2028-11-23T12:00:00Z")]
    public void Of_ARingOfManyKeys_SaysWhenItIsFull(int keys, int days, RingRoom.Verdict state, string fullOn)
    {
        var room = RingRoom.Of(With(keys, activated: s_now), TimeSpan.FromDays(days), s_now);

        Assert.Equal((state, Given.Utc(fullOn)), (room.State, room.FullOn));
        Assert.Equal((keys, Math.Max(0, RingLimits.Keys - keys)), (room.Keys, room.Free));
    }

    [Fact]
    public void Of_ARingThatRotatesEachHour_WarnsNinetyDaysBefore()
    {
        var hour = TimeSpan.FromHours(1);

        var room = RingRoom.Of(With(1, s_now), hour, s_now);

        Assert.Equal((RingRoom.Verdict.Enough, 170), (room.State, (int)(room.FullOn - s_now).TotalDays));
        Assert.Equal(RingRoom.Verdict.Enough, RingRoom.Of(With(1_937, s_now), hour, s_now).State);
        Assert.Equal(RingRoom.Verdict.Scarce, RingRoom.Of(With(1_938, s_now), hour, s_now).State);
    }

    [Fact]
    public void Of_ARingOfTombstones_CountsThemAsRoom()
    {
        var tombstone = s_ring.Keys[0];
        var header = With(5, s_now);
        var room = RingRoom.Of(
            header with
            {
                Keys = [.. Enumerable.Repeat(tombstone, 4_091), .. header.Keys],
            },
            TimeSpan.FromHours(1),
            s_now
        );

        Assert.Equal((5, 4_091, RingRoom.Verdict.Enough), (room.Keys, room.Free, room.State));
    }

    [Fact]
    public void Of_AnOverdueRing_CountsFromNow()
    {
        var room = RingRoom.Of(With(4_095, s_now.AddDays(-400)), TimeSpan.FromDays(30), s_now);

        Assert.Equal(s_now.AddDays(30), room.FullOn);
    }

    [Theory]
    [InlineData("9999-12-01T00:00:00Z")]
    [InlineData("9000-01-01T00:00:00Z")]
    public void Of_ADateBeyondTheCalendar_IsItsEnd(string activated) =>
        Assert.Equal(
            DateTime.MaxValue,
            RingRoom.Of(With(1, Given.Utc(activated)), TimeSpan.FromDays(365), s_now).FullOn
        );

    private static RingHeader With(int keys, DateTime activated) =>
        s_ring with
        {
            Keys = [.. Enumerable.Repeat(s_ring.Keys[1], keys - 1), s_ring.Active with { Activated = activated }],
        };
}
