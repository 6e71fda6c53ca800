using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Tests.Ring;

namespace EdgeKms.KeyRing.Tests.Rotation;

public sealed class DestructionPolicyTests
{
    private static readonly DateTime s_now = Given.Utc("2026-11-24T12:00:00Z");

    /// <summary>Keys 1 to 3; the first was retired 90 days ago, the third is active.</summary>
    private static readonly RingHeader s_ring = Header("2026-08-26T12:00:00Z", "2026-09-26T12:00:00Z");

    [Fact]
    public void Refuse_OfARetiredKeyThatNothingNeeds_LetsItGo() => Assert.Null(Refuse(s_ring, Scan()));

    [Theory]
    [InlineData(KekState.Staged, "is staged")]
    [InlineData(KekState.Active, "is active")]
    [InlineData(KekState.Destroyed, "was never active")]
    public void Refuse_OfAKeyThatIsNotRetired_IsAlwaysSo(KekState state, string reason)
    {
        var key = s_ring.Keys[0] with
        {
            Activated = state == KekState.Active ? s_now : null,
            Retired = null,
            Destroyed = state == KekState.Destroyed ? s_now : null,
        };

        Assert.Contains(reason, Refuse(s_ring with { Keys = [key, .. s_ring.Keys.Skip(1)] }, Scan()));
    }

    [Fact]
    public void Refuse_OfAnotherRingsScan_SaysSo()
    {
        Assert.Contains("another ring", Refuse(s_ring, Scan() with { RingId = "other" }));
        Assert.Contains("doesn't say which ring", Refuse(s_ring, Scan() with { RingId = null }));
    }

    [Fact]
    public void Refuse_OfAScanThatIsNotComplete_WantsAll() =>
        Assert.Contains("has not counted everything", Refuse(s_ring, Scan() with { IsComplete = false }));

    [Theory]
    [InlineData(-60, null)]
    [InlineData(-61, "older than an hour")]
    [InlineData(5, null)]
    [InlineData(6, "from the future")]
    public void Refuse_OfAScanOfAnotherTime_SaysSo(int minutes, string? reason) =>
        Says(reason, Refuse(s_ring, Scan() with { Time = s_now.AddMinutes(minutes) }));

    [Fact]
    public void Refuse_OfAKeyThatObjectsNeedOrMayNeed_CountsThem()
    {
        Assert.Contains("1 objects are still under the key", Refuse(s_ring, Scan() with { Objects = 1 }));
        Assert.Contains("2 objects don't tell their key", Refuse(s_ring, Scan() with { Nameless = 2 }));
    }

    [Theory]
    [InlineData(90, null)]
    [InlineData(91, "out of use for 90 days, and retention.minimumDays is 91")]
    public void Refuse_OfAKeyRetiredNotLongAgo_CountsTheDays(int minimumDays, string? reason) =>
        Says(reason, Refuse(s_ring, Scan(), minimumDays));

    [Theory]
    [InlineData("2026-11-24T11:50:00Z", null)]
    [InlineData("2026-11-24T11:50:01Z", "from before the key was out of use")]
    public void Refuse_OfAScanRightAfterTheRotation_WantsAnother(string retired, string? reason) =>
        Says(reason, Refuse(Header(retired), Scan(), minimumDays: 0));

    // The active key at the scan's beginning tells the order, whatever the dates say.
    [Theory]
    [InlineData(2, null)]
    [InlineData(3, null)]
    [InlineData(1, "from before the key was out of use")]
    [InlineData(0, "names an active key that this ring doesn't have")]
    public void Refuse_OfAScanByTheKeyThatWasActive_OrdersByGeneration(int active, string? reason)
    {
        var id = active == 0 ? "k9.AAAAAAAAAAAAAAAAAAAAAA" : s_ring.Keys[active - 1].Id.Text;

        Says(reason, Refuse(s_ring, Scan() with { ActiveKeyId = id }));
    }

    [Fact]
    public void Refuse_OfTheKeyInTheMiddleByAScanFromBeforeIt_WantsAnother() =>
        Assert.Contains(
            "from before the key was out of use",
            DestructionPolicy.Refuse(
                s_ring,
                s_ring.Keys[1],
                Scan() with
                {
                    ActiveKeyId = s_ring.Keys[0].Id.Text,
                },
                0,
                s_now
            )
        );

    // The clock was ten years ahead when key 1 was retired, and right again when key 2 was, or at the ring's last change.
    [Theory]
    [InlineData("2036-08-26T12:00:00Z", "2026-08-26T12:00:00Z", "2026-11-20T12:00:00Z", null)]
    [InlineData("2036-08-26T12:00:00Z", "2026-08-27T12:00:00Z", "2026-11-20T12:00:00Z", "out of use for 89 days")]
    [InlineData("2036-08-26T12:00:00Z", "2036-08-27T12:00:00Z", "2026-08-26T12:00:00Z", null)]
    [InlineData("2036-08-26T12:00:00Z", "2036-08-27T12:00:00Z", "2026-11-20T12:00:00Z", "out of use for 4 days")]
    [InlineData(
        "2036-08-26T12:00:00Z",
        "2036-08-27T12:00:00Z",
        "2036-08-27T12:00:00Z",
        "\"edgekms rotate\" gives it one"
    )]
    [InlineData(
        "2026-11-24T12:00:01Z",
        "2026-11-24T12:00:02Z",
        "2026-11-24T12:00:02Z",
        "\"edgekms rotate\" gives it one"
    )]
    // It stood at 1970, before the key was made: the key has not been out of use since then.
    [InlineData("1970-01-01T00:00:10Z", "2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z", "out of use for 4 days")]
    [InlineData("1970-01-01T00:00:10Z", "1970-01-01T00:00:20Z", "2026-08-26T12:00:00Z", null)]
    public void Refuse_WhereTheClockWasWrongAtTheRetirement_TakesTheFirstLaterDateThatCanBeTrue(
        string first,
        string second,
        string written,
        string? reason
    ) => Says(reason, Refuse(Header(first, second) with { Written = Given.Utc(written) }, Scan()));

    [Fact]
    public void Refuse_OfAKeyRetiredByAClockAheadAfterTheNextRotation_LetsItGo()
    {
        var ring = FullRing.Of(1).Rotate(Given.Utc("2036-01-01T00:00:00Z"), Given.Bytes("digest"));
        Assert.Contains("\"edgekms rotate\" gives it one", Of(ring));

        ring = ring.Rotate(s_now.AddMinutes(-10), Given.Bytes("digest"));

        Assert.Null(Of(ring));

        static string? Of(KekRing ring) =>
            DestructionPolicy.Refuse(
                ring.Header,
                ring.Header.Keys[0],
                Scan() with
                {
                    ActiveKeyId = ring.Active.Id.Text,
                },
                0,
                s_now
            );
    }

    // A key that was made by a clock ahead says nothing of the dates of the keys after it.
    [Fact]
    public void Refuse_OfAKeyThatWasMadeByAClockAhead_TakesItsOwnRetirement()
    {
        var ahead = s_ring.Keys[0] with { Created = Given.Utc("2036-01-01T00:00:00Z") };

        Assert.Null(Refuse(s_ring with { Keys = [ahead, .. s_ring.Keys.Skip(1)] }, Scan()));
    }

    private static void Says(string? reason, string? refused)
    {
        if (reason is null)
            Assert.Null(refused);
        else
            Assert.Contains(reason, refused);
    }

    private static string? Refuse(RingHeader ring, DestructionScan scan, int minimumDays = 90) =>
        DestructionPolicy.Refuse(ring, ring.Keys[0], scan, minimumDays, s_now);

    private static DestructionScan Scan() =>
        new(Given.RingId.Text, ActiveKeyId: null, s_now, IsComplete: true, Objects: 0, Nameless: 0);

    /// <summary>Three keys, where the second became active when the first retired.</summary>
    private static RingHeader Header(string first, string? second = null)
    {
        var ring = FullRing.Of(3).Header;
        var (one, two) = (Given.Utc(first), Given.Utc(second ?? first));
        return ring with
        {
            Written = two,
            Keys =
            [
                ring.Keys[0] with
                {
                    Retired = one,
                },
                ring.Keys[1] with
                {
                    Created = one,
                    Activated = one,
                    Retired = two,
                },
                ring.Keys[2] with
                {
                    Created = two,
                    Activated = two,
                },
            ],
        };
    }
}
