using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Tests.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>The way back from whatever somebody finds, as lines of <see cref="ConfigurationLine"/>.</summary>
public sealed class MigrationBackTests
{
    /// <summary>The file as it was, the goal that it was led to, the file now; then readable, writing and alone.</summary>
    public static TheoryData<string, string, string, string, string, string> Ways =>
        new()
        {
            {
                "secrets: aescbc a, identity",
                "kms",
                "secrets: kms edgekms",
                "secrets: kms edgekms, aescbc a, identity",
                "secrets: aescbc a, kms edgekms, identity",
                "secrets: aescbc a, identity"
            },
            // Behind our provider was identity: it never comes first.
            {
                "secrets: kms edgekms, identity",
                "kms",
                "secrets: kms edgekms",
                "secrets: kms edgekms, identity",
                "secrets: kms edgekms, identity",
                "secrets: kms edgekms, identity"
            },
            {
                "secrets: kms till@/run/till.sock, aescbc a, identity",
                "kms",
                "secrets: kms edgekms",
                "secrets: kms edgekms, kms till@/run/till.sock, aescbc a, identity",
                "secrets: kms till@/run/till.sock, kms edgekms, aescbc a, identity",
                "secrets: kms till@/run/till.sock, aescbc a, identity"
            },
            {
                "secrets: kms edgekms, aescbc a, identity",
                "identity",
                "secrets: identity",
                "secrets: identity, kms edgekms, aescbc a",
                "secrets: kms edgekms, identity, aescbc a",
                "secrets: kms edgekms, aescbc a, identity"
            },
            // The names of before, the socket of before.
            {
                "secrets: kms edgekms@/var/run/k.sock, identity",
                "kms",
                "secrets: kms edgekms",
                "secrets: kms edgekms, identity",
                "secrets: kms edgekms, identity",
                "secrets: kms edgekms@/var/run/k.sock, identity"
            },
            {
                "secrets: aescbc a; configmaps: identity, aescbc a",
                "kms",
                "secrets: kms edgekms; configmaps: kms edgekms-2",
                "secrets: kms edgekms, aescbc a; configmaps: kms edgekms-2, identity, aescbc a",
                "secrets: aescbc a, kms edgekms; configmaps: identity, kms edgekms-2, aescbc a",
                "secrets: aescbc a; configmaps: identity, aescbc a"
            },
            // Somebody's own entry and own provider stay, whatever becomes of ours.
            {
                "secrets: aescbc a",
                "kms",
                "pods: aescbc his; secrets: kms edgekms, secretbox his",
                "pods: aescbc his; secrets: kms edgekms, secretbox his, aescbc a",
                "pods: aescbc his; secrets: aescbc a, kms edgekms, secretbox his",
                "pods: aescbc his; secrets: aescbc a, secretbox his"
            },
            {
                "secrets: aescbc a; configmaps: aescbc a",
                "kms",
                "secrets: kms edgekms, aescbc a",
                "secrets: kms edgekms, aescbc a",
                "secrets: aescbc a, kms edgekms",
                "secrets: aescbc a"
            },
            // Two entries for one resource: the first writes, both are read.
            {
                "secrets: aescbc a; secrets: identity",
                "kms",
                "secrets: kms edgekms; secrets: identity",
                "secrets: kms edgekms, aescbc a; secrets: identity",
                "secrets: aescbc a, kms edgekms; secrets: identity",
                "secrets: aescbc a; secrets: identity"
            },
            {
                "secrets: aescbc a; secrets: secretbox b",
                "kms",
                "secrets: kms edgekms; secrets: kms edgekms-2",
                "secrets: kms edgekms, aescbc a; secrets: kms edgekms-2, secretbox b",
                "secrets: aescbc a, kms edgekms; secrets: secretbox b, kms edgekms-2",
                "secrets: aescbc a; secrets: secretbox b"
            },
        };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Back_File_GoesThroughTheseTexts(
        string before,
        string goal,
        string now,
        string readable,
        string writing,
        string alone
    )
    {
        var (was, target) = (ConfigurationLine.File(before), MigrationRouteTests.Target(goal));
        var route = MigrationRoute.Back(ConfigurationLine.File(now), was, target);

        Assert.Equal(
            (readable, writing, alone),
            (
                ConfigurationLine.Of(route.Readable),
                ConfigurationLine.Of(route.Writing),
                ConfigurationLine.Of(route.Alone)
            )
        );
        Assert.All(new[] { route.Readable, route.Writing, route.Alone }, t => Assert.Null(t.Refusal()));
        // What says the same is the same bytes.
        if (alone == before)
            Assert.Same(was, route.Alone);
    }

    /// <summary>At each step of each way forward it can be turned, and leads to the bytes of before.</summary>
    [Theory]
    [MemberData(nameof(MigrationRouteTests.Forward), MemberType = typeof(MigrationRouteTests))]
    public void Back_FromEachStepForward_IsTheFileAsItWas(
        string before,
        string goal,
        string readable,
        string writing,
        string alone
    )
    {
        var (was, target) = (ConfigurationLine.File(before), MigrationRouteTests.Target(goal));
        var route = MigrationRoute.Forward(was, target);

        Assert.Equal(
            [readable, writing, alone],
            new[] { route.Readable, route.Writing, route.Alone }.Select(ConfigurationLine.Of)
        );
        foreach (var step in new[] { was, route.Readable, route.Writing, route.Alone })
        {
            var back = MigrationRoute.Back(step, was, target);
            Assert.Same(was, back.Alone);
            // No step of it stores with anything but what stored before, or what stores now.
            foreach (
                var (text, entry) in new[] { back.Readable, back.Writing }.SelectMany(t =>
                    t.Entries.Select((_, e) => (t, e))
                )
            )
            {
                Assert.Contains(
                    text.Entries[entry].First,
                    new[] { was.Entries[entry].First, step.Entries[entry].First, route.Alone.Entries[entry].First }
                );
            }
        }
    }

    /// <summary>Somebody gave the name to another entry: it can't stand twice, and nothing is guessed.</summary>
    [Fact]
    public void Back_NameThatStandsElsewhere_IsRefused()
    {
        var before = ConfigurationLine.File("secrets: kms till@/run/till.sock; configmaps: aescbc a");
        var now = ConfigurationLine.File("secrets: kms edgekms; configmaps: kms edgekms-2, kms till@/run/till.sock");

        var e = Assert.Throws<CommandException>(() =>
            MigrationRoute.Back(now, before, MigrationRouteTests.Target("kms"))
        );

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains("has kms \"till\" in another entry by now", e.Message);
        Assert.Contains("without --abort", e.Hint);
    }

    [Fact]
    public void Back_WithReaders_TakesThemOut()
    {
        var (before, kept) = (
            ConfigurationLine.File("secrets: kms edgekms, identity"),
            ConfigurationLine.File("secrets: aescbc a, identity")
        );
        var target = MigrationRouteTests.Target("kms");
        var readable = MigrationRoute.Forward(before, target, kept).Readable;
        Assert.Equal("secrets: kms edgekms, identity, aescbc a", ConfigurationLine.Of(readable));

        Assert.Same(before, MigrationRoute.Back(readable, before, target, kept).Alone);
        // Nobody knows whose it is where no kept file says so: it stays.
        Assert.Equal(
            "secrets: kms edgekms, identity, aescbc a",
            ConfigurationLine.Of(MigrationRoute.Back(readable, before, target).Alone)
        );
    }
}
