using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Tests.Changes;

namespace EdgeKms.KeyRing.Tests.Rotation;

public sealed class DestructionPolicyTests
{
    private static readonly DateTime s_now = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);

    private static readonly RingHeader s_ring = Header();

    [Fact]
    public void Refuse_OfARetiredKeyThatNothingNeeds_LetsItGo() => Assert.Null(Refuse(Scan()));

    [Theory]
    [InlineData(0, 0, true, 0, 0, "91")]
    [InlineData(-61, 0, true, 0, 0, "older than an hour")]
    [InlineData(6, 0, true, 0, 0, "from the future")]
    [InlineData(0, 1, true, 0, 0, "1 objects are still under the key")]
    [InlineData(0, 0, true, 2, 0, "2 objects don't tell their key")]
    [InlineData(0, 0, false, 0, 0, "has not counted everything")]
    public void Refuse_OfAScanThatProvesNothing_SaysWhy(
        int minutes,
        int objects,
        bool complete,
        int nameless,
        int _,
        string reason
    )
    {
        var scan = new DestructionScan(s_ring.Id.Text, s_now.AddMinutes(minutes), complete, objects, nameless);

        var refused = Refuse(scan, minimumDays: reason == "91" ? 91 : 90);

        Assert.Contains(reason, refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuse_OfAnotherRingsScan_SaysSo()
    {
        Assert.Contains("another ring", Refuse(Scan() with { RingId = "other" }), StringComparison.Ordinal);
        Assert.Contains("doesn't say which ring", Refuse(Scan() with { RingId = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuse_OfTheActiveKey_IsAlwaysSo() =>
        Assert.Contains(
            "is active",
            DestructionPolicy.Refuse(s_ring, s_ring.Active, Scan(), 0, s_now),
            StringComparison.Ordinal
        );

    [Fact]
    public void Refuse_OfAScanRightAfterTheRotation_WantsAnother()
    {
        var retired = s_ring.Keys[0] with { Retired = s_now.AddMinutes(-9) };

        Assert.Contains(
            "from before the key was out of use",
            DestructionPolicy.Refuse(s_ring, retired, Scan(), 0, s_now),
            StringComparison.Ordinal
        );
        Assert.Null(
            DestructionPolicy.Refuse(s_ring, retired with { Retired = s_now.AddMinutes(-10) }, Scan(), 0, s_now)
        );
    }

    private static string? Refuse(DestructionScan scan, int minimumDays = 90) =>
        DestructionPolicy.Refuse(s_ring, s_ring.Keys[0], scan, minimumDays, s_now);

    private static DestructionScan Scan() => new(s_ring.Id.Text, s_now, IsComplete: true, 0, 0);

    private static RingHeader Header()
    {
        var ring = ChangeBed.Fresh().Stored.Ring.Header;
        return ring with { Keys = [ring.Keys[0] with { Retired = s_now.AddDays(-90) }, .. ring.Keys.Skip(1)] };
    }
}
