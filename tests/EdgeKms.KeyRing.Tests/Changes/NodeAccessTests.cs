using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Tests.Changes;

public sealed class NodeAccessTests
{
    // The ring was made, and the time seen last, on 2027-08-28: Given.Monday and 600 days.
    [Theory]
    [InlineData("2027-08-28T00:00:00Z", 90, true)] // seen this very second
    [InlineData("2027-11-25T23:59:59Z", 90, true)] // 89 d 23 h 59 min 59 s
    [InlineData("2027-11-26T00:00:00Z", 90, true)] // 90 d exactly
    [InlineData("2027-11-26T00:00:01Z", 90, false)]
    [InlineData("2028-10-01T00:00:00Z", 90, false)] // 400 d
    [InlineData("2027-08-29T00:00:00Z", 1, true)]
    [InlineData("2027-08-29T00:00:01Z", 1, false)]
    [InlineData("2027-08-27T23:00:00Z", 90, true)] // an hour behind
    [InlineData("1970-01-01T00:00:00Z", 1, true)] // no battery
    [InlineData("9999-12-31T23:59:59Z", 0, true)] // 0 is never
    [InlineData("9999-12-31T23:59:59Z", 90, false)]
    public void Open_AtADate_UnlocksOrIsLocked(string now, int lockAfterDays, bool opens)
    {
        var bed = ChangeBed.Fresh();
        if (opens)
            Assert.Equal(ChangeBed.Old, Open(bed, lockAfterDays, now).Ring.Header.Generation);
        else
            Given.Fails(ErrorCode.NodeLocked, () => Open(bed, lockAfterDays, now));
    }

    [Fact]
    public void Open_WithoutACheckpoint_IsLockedOnlyWhereALockIsSet()
    {
        var bed = ChangeBed.Fresh();
        bed.State.Remove(RingStore.CheckpointName);
        Assert.Null(Open(bed, 0, "2027-08-28T00:00:00Z").Seen);
        Given.Fails(ErrorCode.NodeLocked, () => Open(bed, 36_500, "2027-08-28T00:00:00Z"));
    }

    [Fact]
    public void Open_WithAForgedCheckpoint_IsLocked()
    {
        var bed = ChangeBed.Fresh();
        var mark = Checkpoint.TryParse(bed.State.Peek(RingStore.CheckpointName)!)!;
        using var other = Given.Secret("not the ring key");
        bed.State.Put(RingStore.CheckpointName, (mark with { Seen = Given.Utc("2028-09-30T00:00:00Z") }).Write(other));
        Given.Fails(ErrorCode.NodeLocked, () => Open(bed, 90, "2028-10-01T00:00:00Z"));
    }

    private static StoredRing Open(ChangeBed bed, int lockAfterDays, string now) =>
        NodeAccess.Open(bed.Store, bed.Store.Load(), bed.Tokens, lockAfterDays, Given.Utc(now));
}
