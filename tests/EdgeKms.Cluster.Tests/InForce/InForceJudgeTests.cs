using EdgeKms.Cluster.InForce;

namespace EdgeKms.Cluster.Tests.InForce;

/// <summary>
/// Situations, each on every version from 1.27 to 1.36. The file is exchanged at second 0, <c>a</c> for <c>b</c>, unless it says
/// otherwise; the API server started ten minutes earlier with <c>a</c>.
/// </summary>
public class InForceJudgeTests
{
    private const string A = "sha256:aaaa";
    private const string B = "sha256:bbbb";

    /// <param name="Name">What happens.</param>
    /// <param name="Run">What the API server does; gives what was put and what it says at the end.</param>
    /// <param name="Silent">The verdict before 1.28.3, which says nothing of reloads.</param>
    /// <param name="Counting">The verdict of 1.28.3 to 1.33.</param>
    /// <param name="Naming">The verdict from 1.34 on.</param>
    private sealed record Situation(
        string Name,
        Func<StandIn, (ConfigurationPut, InForceSample)> Run,
        string Silent,
        string Counting,
        string Naming
    );

    private static ConfigurationPut Put(InForceSample? before, double since = 0, string? inForce = A) =>
        new(B, StandIn.Clock(since), A, before, RestartedByUs: false) { InForceBefore = inForce };

    private static StandIn Old(StandIn server) => server.Starts(-600.37, A);

    private static (ConfigurationPut, InForceSample) After(
        StandIn server,
        Func<ConfigurationPut, ConfigurationPut> put,
        double second,
        Action<StandIn> happens
    )
    {
        var before = server.At(-0.1);
        happens(server);
        return (put(Put(before)), server.At(second));
    }

    /// <summary>Nothing is exchanged: <c>b</c> lies there since second 0.</summary>
    private static ConfigurationPut Found(InForceSample? before = null, bool isSeen = false) =>
        new(B, StandIn.Clock(0), null, before, RestartedByUs: false) { InForceBefore = null, IsSeen = isSeen };

    private static ConfigurationPut Unknown(ConfigurationPut put) => put with { InForceBefore = null };

    private static ConfigurationPut Restarted(ConfigurationPut put) => put with { RestartedByUs = true };

    private static readonly Situation[] s_situations =
    [
        new("not yet loaded", s => After(Old(s), p => p, 5, _ => { }), "NotYet?", "StillBefore", "StillBefore"),
        new("loaded", s => After(Old(s), p => p, 60, x => x.Loads(57, B)), "NotYet?", "Taken", "Taken"),
        new("loaded at once", s => After(Old(s), p => p, 1, x => x.Loads(0.01, B)), "NotYet?", "Taken", "Taken"),
        new(
            "loaded, failed before",
            s => After(Old(s), p => p, 60, x => x.Fails(9).Loads(57, B)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        new("failed", s => After(Old(s), p => p, 60, x => x.Fails(57)), "NotYet?", "Refused", "Refused"),
        new(
            "failed long ago, not since",
            s => After(Old(s).Fails(-300), p => p, 5, _ => { }),
            "NotYet?",
            "StillBefore",
            "StillBefore"
        ),
        new(
            "loaded another long ago, none since",
            s => After(Old(s).Loads(-300, A), p => p, 5, _ => { }),
            "NotYet?",
            "StillBefore",
            "StillBefore"
        ),
        new(
            "loaded but not ready",
            s => After(Old(s), p => p, 60, x => x.Loads(57, B).Failing = "kms-providers"),
            "NotYet?",
            "NotReady",
            "NotReady"
        ),
        // Item 3: the file needed no change.
        new("found, started after it", s => (Found(), s.Starts(100, B).At(900)), "Taken", "Taken", "Taken"),
        new("found, loaded long after it", s => (Found(), Old(s).Loads(57, B).At(900)), "NotYet?", "Taken", "Taken"),
        new(
            "found and asked before, loaded long after it",
            s => (Found(Old(s).Loads(57, B).At(899)), s.At(900)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        new(
            "found, loaded soon after it, and it looked again",
            s => (Found(), Old(s).Loads(7, B).At(900)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        new("found, never loaded", s => (Found(), Old(s).At(900)), "NotYet?", "NotYet?", "NotYet"),
        new(
            "found with the same bytes written anew, seen by it",
            s => (Found(isSeen: true), s.Starts(-600, B).At(900)),
            "NotYet?",
            "seen",
            "Taken"
        ),
        new(
            "found, seen by it, and it has not looked yet",
            s => (Found(isSeen: true), s.Starts(-600, A).At(80)),
            "NotYet?",
            "NotYet?",
            "NotYet"
        ),
        new("found, refused", s => (Found(isSeen: true), Old(s).Fails(57).At(900)), "NotYet?", "Refused", "Refused"),
        new(
            "found and asked before, started after it",
            s => (Found(s.Starts(100, B).At(899)), s.At(900)),
            "Taken",
            "Taken",
            "Taken"
        ),
        new(
            "found and asked before, never loaded",
            s => (Found(Old(s).At(899)), s.At(900)),
            "NotYet?",
            "NotYet?",
            "NotYet"
        ),
        new(
            "found, and known to be in force",
            s => (Found(s.Starts(-600, B).At(899)) with { InForceBefore = B }, s.At(900)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        // A reload that was under way reads the file before and ends after the exchange.
        new(
            "of the file before, one reload may be under way: its success",
            s => After(Old(s), Unknown, 9, x => x.Loads(8, A)),
            "NotYet?",
            "NotYet?",
            "StillBefore"
        ),
        new(
            "then a second success",
            s => After(Old(s), Unknown, 21, x => x.Loads(8, A).Loads(20, B)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        new(
            "then it refuses this one",
            s => After(Old(s), Unknown, 61, x => x.Loads(8, A).Fails(60)),
            "NotYet?",
            "Refused",
            "Refused"
        ),
        new(
            "one success, then it looked again and found nothing new",
            s => After(Old(s), Unknown, 121, x => x.Loads(8, B)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        new(
            "a success that is too late for the file before",
            s => After(Old(s), Unknown, 61, x => x.Loads(57, B)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        // Put back: b was written and not taken, a is written again at second 0.
        new(
            "put back, never loaded",
            s => After(Old(s).Fails(-30), p => p with { Hash = A, HashBefore = B }, 40, _ => { }),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        new(
            "put back, the other may just be loading",
            s => After(Old(s), p => p with { Hash = A, HashBefore = B }, 4, _ => { }),
            "NotYet?",
            "NotYet",
            "Taken"
        ),
        new(
            "put back, the other was loaded",
            s => After(Old(s), p => p with { Hash = A, HashBefore = B }, 9, x => x.Loads(8, B)),
            "NotYet?",
            "NotYet?",
            "StillBefore"
        ),
        // Restarts.
        new("restarted by us", s => After(Old(s), Restarted, 30, x => x.Starts(20, B)), "Taken", "Taken", "Taken"),
        new("restarted in 0.4 s", s => After(Old(s), Restarted, 1, x => x.Starts(0.4, B)), "Taken", "Taken", "Taken"),
        new(
            "the restart has not happened yet",
            s => After(Old(s), Restarted, 1, _ => { }),
            "NotYet?",
            "StillBefore",
            "StillBefore"
        ),
        new("restarted by someone", s => After(Old(s), p => p, 30, x => x.Starts(20, B)), "Taken", "Taken", "Taken"),
        new(
            "restarted in 0.4 s by someone, which may have been before",
            s => After(Old(s), p => p, 5, x => x.Starts(0.4, B)),
            "NotYet?",
            "NotYet?",
            "Taken"
        ),
        new(
            "restarted right before the exchange by someone",
            s => After(Old(s), p => p, 5, x => x.Starts(-5, A)),
            "NotYet?",
            "NotYet?",
            "StillBefore"
        ),
        new(
            "counters began anew, and the new process failed later",
            s => After(Old(s).Loads(-60, A).Fails(-50).Fails(-40), p => p, 70, x => x.Starts(-0.5, A).Fails(60)),
            "NotYet?",
            "Refused",
            "Refused"
        ),
        new(
            "nobody was asked before, restarted in 0.4 s",
            s => (Restarted(Put(null)), s.Starts(0.4, B).At(5)),
            "Taken",
            "Taken",
            "Taken"
        ),
        new("nobody was asked before, not loaded", s => (Put(null), Old(s).At(5)), "NotYet?", "NotYet?", "StillBefore"),
        new(
            "nobody was asked before, failed",
            s => (Put(null), Old(s).Fails(2).At(5)),
            "NotYet?",
            "Refused",
            "Refused"
        ),
        // The clock is set after the exchange.
        new(
            "the clock goes back an hour, then it is loaded",
            s => After(Old(s), p => p, 60, x => x.ClockSet(-3600).Loads(57, B)),
            "NotYet?",
            "Taken",
            "Taken"
        ),
        new(
            "the clock goes back an hour, then it is restarted",
            s => After(Old(s), Restarted, 60, x => x.ClockSet(-3600).Starts(40, B)),
            "Taken",
            "Taken",
            "Taken"
        ),
        new(
            "the clock goes forward an hour, nothing happens",
            s => After(Old(s), p => p, 60, x => x.ClockSet(3600)),
            "NotYet?",
            "StillBefore",
            "StillBefore"
        ),
        new(
            "the clock goes forward an hour, then the file before is loaded",
            s => After(Old(s), Unknown, 9, x => x.ClockSet(3600).Loads(8, A)),
            "NotYet?",
            "NotYet?",
            "StillBefore"
        ),
        new(
            "the file before is loaded, then the clock goes forward an hour",
            s => After(Old(s), Unknown, 9, x => x.Loads(8, A).ClockSet(3600)),
            "NotYet?",
            "NotYet?",
            "StillBefore"
        ),
        // Others.
        new(
            "someone wrote a third file",
            s => After(Old(s), p => p, 200, x => x.Loads(57, B).Fails(120)),
            "NotYet?",
            "Refused",
            "Taken"
        ),
        new("no flag", s => After(s.Starts(-600, null), p => p, 5, x => x.Starts(2, null)), "Taken", "Taken", "NotYet"),
        new(
            "another API server answers",
            s => After(Old(s).Fails(-60), p => p, 60, x => x.Loads(57, B).IdHash = "sha256:other"),
            "NotYet?",
            "other",
            "NotYet"
        ),
    ];

    public static TheoryData<string, string> Cells =>
        [.. from situation in s_situations from version in StandIn.Versions select (situation.Name, version)];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Judge_EachSituationOnEachVersion_IsRight(string name, string version)
    {
        var situation = s_situations.Single(s => s.Name == name);
        var server = new StandIn(version);
        var expected =
            server.NamesHash ? situation.Naming
            : server.Counts ? situation.Counting
            : situation.Silent;
        // Only a look that comes by the clock proves anything by its silence, and 1.28 has no identities.
        if (expected == "seen")
            expected = version == "v1.28.15" ? "NotYet?" : "Taken";
        if (expected == "other")
            expected = version == "v1.28.15" ? "Taken" : "NotYet";

        var (put, now) = situation.Run(server);
        var verdict = InForceJudge.Judge(put, now);

        Assert.Equal(
            expected,
            verdict.GetType().Name + (verdict is InForceVerdict.NotYet { ProbeTells: true } ? "?" : "")
        );
        Assert.Equal(verdict is InForceVerdict.Taken, verdict.Reason is null);
        // What lies on disk when it is read is not known here.
        Assert.DoesNotContain("restart it", verdict.Reason ?? "");
    }

    [Fact]
    public void Judge_NoAnswer_IsDown()
    {
        var verdict = InForceJudge.Judge(
            Found(),
            new(StandIn.Clock(0), TimeSpan.Zero) { Trouble = "nobody listens there" }
        );

        Assert.Equal("nobody listens there", Assert.IsType<InForceVerdict.Down>(verdict).Reason);
    }

    [Fact]
    public void Judge_WithoutAutomaticReload_SaysThatItsFlagIsMissing()
    {
        var server = new StandIn("v1.36.2", reloads: false);
        var (put, now) = After(Old(server), p => p, 200, _ => { });

        var verdict = InForceJudge.Judge(put, now);

        Assert.Contains("without --encryption-provider-config-automatic-reload", verdict.Reason);
    }

    [Fact]
    public void Judge_SilenceWithoutAutomaticReload_SaysNothing()
    {
        var now = new StandIn("v1.31.14", reloads: false).Starts(-600, A).At(900);

        Assert.IsType<InForceVerdict.NotYet>(InForceJudge.Judge(Found(isSeen: true), now));
    }
}
