using EdgeKms.Cli.Reencrypt;
using EdgeKms.Cli.Tests.Report;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Tests.Reencrypt;

public class ReencryptOutputTests
{
    private static string Verdict(long active, long stale, long unreadable)
    {
        ScanCount Count(string key, long objects, string state) =>
            new(
                "secrets",
                "kms-v2",
                "p",
                "edgekms",
                key,
                objects,
                state,
                state == "active",
                $"/registry/secrets/n/{state}"
            );
        var scan = Samples.Scan("k2.b", "ring", stale: 0) with
        {
            Objects = active + stale + unreadable,
            Active = active,
            Stale = stale,
            Unreadable = unreadable,
            Counts =
            [
                Count("k2.b", active, "active"),
                .. unreadable > 0 ? [Count("k9.z", unreadable, "unreadable")] : Array.Empty<ScanCount>(),
                .. stale > 0 ? [Count("k1.a", stale, "stale")] : Array.Empty<ScanCount>(),
            ],
        };
        return ReencryptOutput.Verdict("k2.b", ReencryptResult.Of([], scan, []));
    }

    [Fact]
    public void Verdict_NothingButUnreadableObjectsLeft_SaysThatTheRestIsDone() =>
        Assert.Equal(
            "not done: 3 objects are under a key that this key ring doesn't have: unreadable, such as "
                + "/registry/secrets/n/unreadable; every other object is under key k2.b",
            Verdict(5, 0, 3)
        );

    [Fact]
    public void Verdict_StaleAndUnreadableObjectsLeft_SaysHowManyOfEach() =>
        Assert.Equal(
            "not done: 5 objects are not under key k2.b, such as /registry/secrets/n/unreadable; "
                + "3 of them are under a key that this key ring doesn't have: unreadable",
            Verdict(5, 2, 3)
        );

    [Fact]
    public void Verdict_NothingLeft_IsDone() =>
        Assert.Equal("done: every object is under key k2.b, as the datastore shows", Verdict(5, 0, 0));
}
