using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Tests.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>The texts that a migration goes through, as lines of <see cref="ConfigurationLine"/>.</summary>
public sealed class MigrationRouteTests
{
    /// <summary>The file, the goal (with <c>keep</c>: --keep-identity; with <c>from</c>: --from), then readable, writing and alone.</summary>
    public static TheoryData<string, string, string, string, string> Forward =>
        new()
        {
            {
                "secrets: identity",
                "kms",
                "secrets: identity, kms edgekms",
                "secrets: kms edgekms, identity",
                "secrets: kms edgekms"
            },
            {
                "secrets: aescbc a, secretbox b, identity",
                "kms",
                "secrets: aescbc a, kms edgekms, secretbox b, identity",
                "secrets: kms edgekms, aescbc a, secretbox b, identity",
                "secrets: kms edgekms"
            },
            {
                "secrets: aescbc a, identity",
                "kms keep",
                "secrets: aescbc a, kms edgekms, identity",
                "secrets: kms edgekms, aescbc a, identity",
                "secrets: kms edgekms, identity"
            },
            // Where nothing in the clear was read, nothing is afterwards.
            {
                "secrets: aescbc a",
                "kms keep",
                "secrets: aescbc a, kms edgekms",
                "secrets: kms edgekms, aescbc a",
                "secrets: kms edgekms"
            },
            // In the clear on purpose, beside others that encrypt.
            {
                "secrets: aescbc a; configmaps: identity",
                "kms",
                "secrets: aescbc a, kms edgekms; configmaps: identity",
                "secrets: kms edgekms, aescbc a; configmaps: identity",
                "secrets: kms edgekms; configmaps: identity"
            },
            {
                "secrets: identity; configmaps: identity",
                "kms",
                "secrets: identity, kms edgekms; configmaps: identity, kms edgekms-2",
                "secrets: kms edgekms, identity; configmaps: kms edgekms-2, identity",
                "secrets: kms edgekms; configmaps: kms edgekms-2"
            },
            {
                "secrets: kms edgekms; configmaps: identity",
                "kms from identity",
                "secrets: kms edgekms; configmaps: identity, kms edgekms-2",
                "secrets: kms edgekms; configmaps: kms edgekms-2, identity",
                "secrets: kms edgekms; configmaps: kms edgekms-2"
            },
            // Names.
            {
                "secrets: aescbc a; configmaps: aescbc a; pods: aescbc a",
                "kms",
                "secrets: aescbc a, kms edgekms; configmaps: aescbc a, kms edgekms-2; pods: aescbc a, kms edgekms-3",
                "secrets: kms edgekms, aescbc a; configmaps: kms edgekms-2, aescbc a; pods: kms edgekms-3, aescbc a",
                "secrets: kms edgekms; configmaps: kms edgekms-2; pods: kms edgekms-3"
            },
            {
                "secrets: aescbc a; configmaps: kms edgekms",
                "kms",
                "secrets: aescbc a, kms edgekms-2; configmaps: kms edgekms",
                "secrets: kms edgekms-2, aescbc a; configmaps: kms edgekms",
                "secrets: kms edgekms-2; configmaps: kms edgekms"
            },
            {
                "secrets: aescbc a; configmaps: aescbc a; pods: kms1 edgekms-2@/run/old.sock",
                "kms",
                "secrets: aescbc a, kms edgekms; configmaps: aescbc a, kms edgekms-3; pods: kms1 edgekms-2@/run/old.sock, kms edgekms-4",
                "secrets: kms edgekms, aescbc a; configmaps: kms edgekms-3, aescbc a; pods: kms edgekms-4, kms1 edgekms-2@/run/old.sock",
                "secrets: kms edgekms; configmaps: kms edgekms-3; pods: kms edgekms-4"
            },
            // An endpoint in its place.
            {
                "secrets: kms edgekms@/var/run/k.sock, identity; configmaps: kms edgekms-2",
                "kms keep",
                "secrets: kms edgekms, identity; configmaps: kms edgekms-2",
                "secrets: kms edgekms, identity; configmaps: kms edgekms-2",
                "secrets: kms edgekms, identity; configmaps: kms edgekms-2"
            },
            // Out of KMS.
            {
                "secrets: kms edgekms; configmaps: kms edgekms-2, identity",
                "identity",
                "secrets: kms edgekms, identity; configmaps: kms edgekms-2, identity",
                "secrets: identity, kms edgekms; configmaps: identity, kms edgekms-2",
                "secrets: identity; configmaps: identity"
            },
            {
                "secrets: kms edgekms, identity",
                "aescbc",
                "secrets: kms edgekms, aescbc edgekms, identity",
                "secrets: aescbc edgekms, kms edgekms, identity",
                "secrets: aescbc edgekms"
            },
            // A key's name that is free in the whole file: it stands in what is stored.
            {
                "secrets: kms edgekms; configmaps: aesgcm edgekms",
                "secretbox",
                "secrets: kms edgekms, secretbox edgekms-2; configmaps: aesgcm edgekms, secretbox edgekms-2",
                "secrets: secretbox edgekms-2, kms edgekms; configmaps: secretbox edgekms-2, aesgcm edgekms",
                "secrets: secretbox edgekms-2; configmaps: secretbox edgekms-2"
            },
            {
                "secrets: kms edgekms, aescbc a; configmaps: kms edgekms-2",
                "aescbc",
                "secrets: kms edgekms, aescbc a; configmaps: kms edgekms-2, aescbc edgekms",
                "secrets: aescbc a, kms edgekms; configmaps: aescbc edgekms, kms edgekms-2",
                "secrets: aescbc a; configmaps: aescbc edgekms"
            },
        };

    [Theory]
    [MemberData(nameof(Forward))]
    public void Forward_File_GoesThroughTheseTexts(
        string now,
        string goal,
        string readable,
        string writing,
        string alone
    )
    {
        var route = MigrationRoute.Forward(ConfigurationLine.File(now), Target(goal));

        Assert.Equal((readable, writing, alone), Texts(route));
        Assert.All(new[] { route.Readable, route.Writing, route.Alone }, t => Assert.Null(t.Refusal()));
        // The end of the way leads nowhere.
        Assert.True(
            MigrationRoute
                .Forward(route.Alone, Target(goal.Replace(" from identity", "", StringComparison.Ordinal)))
                .IsDone
        );
    }

    [Fact]
    public void Forward_NamesakeOfKmsV1_IsRefusedAndNamesTheSetting()
    {
        var file = ConfigurationLine.File("configmaps: identity; secrets: kms1 edgekms@/run/old.sock, identity");

        var e = Assert.Throws<CommandException>(() => MigrationRoute.Forward(file, Target("kms")));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains("/etc/k8s/enc.yaml has a provider of KMS v1 with the name edgekms already", e.Message);
        Assert.Contains("providerName in edgekms.json", e.Hint);
        Assert.Equal(
            "secrets: identity",
            Texts(MigrationRoute.Forward(ConfigurationLine.File("secrets: kms1 edgekms@/x"), Target("identity"))).Alone
        );
    }

    /// <summary>The file, what --from says, and what is refused; empty for nothing.</summary>
    [Theory]
    [InlineData("secrets: aescbc a", "kms", "")]
    [InlineData("secrets: aescbc a", "kms from aescbc", "")]
    [InlineData(
        "secrets: aescbc a",
        "kms from secretbox",
        "stores secrets with aescbc (a), not with secretbox|--from aescbc"
    )]
    [InlineData(
        "secrets: identity, aescbc a",
        "kms from aescbc",
        "stores secrets with identity, not with aescbc|--from identity"
    )]
    [InlineData(
        "secrets: aescbc a; pods: secretbox b",
        "kms from aescbc",
        "stores pods with secretbox (b), not with aescbc|--from secretbox"
    )]
    // What is there already is no other origin.
    [InlineData("secrets: kms edgekms, aescbc a; pods: aescbc a", "kms from aescbc", "")]
    [InlineData(
        "secrets: kms till@/run/till.sock",
        "kms from aescbc",
        "stores secrets with kms \"till\", not with aescbc|--from kms"
    )]
    public void RefuseOtherOrigin_File_IsRefusedWhereItWritesWithAnother(string now, string goal, string refusal)
    {
        var (file, target) = (ConfigurationLine.File(now), Target(goal));
        if (refusal.Length == 0)
        {
            MigrationRoute.RefuseOtherOrigin(file, target);
            return;
        }
        var e = Assert.Throws<CommandException>(() => MigrationRoute.RefuseOtherOrigin(file, target));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains(refusal.Split('|')[0], e.Message);
        Assert.EndsWith(refusal.Split('|')[1], e.Hint);
    }

    /// <summary>The file, the kept one, and what is read then.</summary>
    [Theory]
    [InlineData("secrets: kms edgekms", "secrets: aescbc a, identity", "secrets: kms edgekms, aescbc a, identity")]
    [InlineData("secrets: kms edgekms, aescbc a", "secrets: aescbc a", "secrets: kms edgekms, aescbc a")]
    // Only where both have a resource.
    [InlineData("secrets: kms edgekms", "configmaps: aescbc a", "secrets: kms edgekms")]
    [InlineData(
        "secrets: kms edgekms; pods: kms edgekms-2",
        "pods secrets: aescbc a; configmaps: secretbox b",
        "secrets: kms edgekms, aescbc a; pods: kms edgekms-2, aescbc a"
    )]
    // A name stands but once in a file.
    [InlineData(
        "secrets: kms edgekms",
        "secrets: kms edgekms@/run/old.sock, aescbc a",
        "secrets: kms edgekms, aescbc a"
    )]
    [InlineData(
        "secrets: kms edgekms; pods: kms old@/run/old.sock",
        "secrets: kms old@/run/old.sock",
        "secrets: kms edgekms; pods: kms old@/run/old.sock, kms edgekms-2"
    )]
    public void Forward_WithReaders_AddsThemBehindOnce(string now, string kept, string readable)
    {
        var other = ConfigurationLine.File(kept);
        var route = MigrationRoute.Forward(ConfigurationLine.File(now), Target("kms"), other);

        Assert.Equal(readable, ConfigurationLine.Of(route.Readable));
        // It is not done before they are there, though they go again at its end.
        Assert.Equal(readable == now && MigrationRoute.Same(route.Now, route.Alone), route.IsDone);
        Assert.Equal(
            readable,
            ConfigurationLine.Of(MigrationRoute.Forward(route.Readable, Target("kms"), other).Readable)
        );
        Assert.Null(route.Readable.Refusal());
        // For a datastore of another day there is something to be done where the file is as it shall be.
        Assert.False(route.IsDone && readable != now);
    }

    [Theory]
    [InlineData("secrets: kms edgekms; configmaps: identity", "kms", "")]
    [InlineData("secrets: kms edgekms@/var/run/k.sock, identity; configmaps: kms edgekms-2", "kms", "/var/run/k.sock")]
    [InlineData("secrets: kms till@/run/till.sock", "kms", "")]
    [InlineData("secrets: kms edgekms@/var/run/k.sock", "identity", "")]
    public void Forward_ProviderAtAnotherSocket_IsMoved(string now, string goal, string sockets)
    {
        var route = MigrationRoute.Forward(ConfigurationLine.File(now), Target(goal));

        Assert.Equal(sockets, string.Join(' ', route.Moved.Select(m => m.Endpoint!["unix://".Length..])));
    }

    private static (string Readable, string Writing, string Alone) Texts(MigrationRoute route) =>
        (ConfigurationLine.Of(route.Readable), ConfigurationLine.Of(route.Writing), ConfigurationLine.Of(route.Alone));

    internal static MigrationTarget Target(string goal) =>
        new(
            new MigrationGoal(
                goal.Split(' ') is [.., "from", var from] ? from : null,
                goal.Split(' ')[0],
                "edgekms",
                KeepIdentity: goal.Contains(" keep", StringComparison.Ordinal)
            ),
            ConfigurationLine.Socket,
            TimeSpan.FromSeconds(3),
            new byte[32]
        );
}
