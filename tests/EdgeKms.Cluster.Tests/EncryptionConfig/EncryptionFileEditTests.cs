using System.Text;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

/// <summary>Edits of texts that an edit would make something else of: none of them comes out.</summary>
public sealed class EncryptionFileEditTests
{
    private const string Head = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n";
    private const string Key = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

    /// <summary>What is special, and the entries.</summary>
    public static TheoryData<string, string> Uneditable =>
        new()
        {
            {
                "the list of another entry",
                $$"""
                    - resources: [secrets]
                      providers: &both
                      - aescbc: {keys: [{name: a, secret: {{Key}}}]}
                    - resources: [configmaps]
                      providers: *both
                    """
            },
            {
                "the list of another entry, in brackets",
                $$"""
                    - resources: [secrets]
                      providers: &both [{aescbc: {keys: [{name: a, secret: {{Key}}}]} }]
                    - resources: [configmaps]
                      providers: *both
                    """
            },
            {
                "a provider of another entry",
                $$"""
                    - resources: [secrets]
                      providers:
                      - &one
                        aescbc: {keys: [{name: a, secret: {{Key}}}]}
                    - resources: [configmaps]
                      providers:
                      - *one
                    """
            },
            {
                "a provider of the same list",
                $$"""
                    - resources: [secrets]
                      providers:
                      - &one
                        aescbc: {keys: [{name: a, secret: {{Key}}}]}
                      - *one
                    """
            },
        };

    [Theory]
    [MemberData(nameof(Uneditable))]
    public void Forward_ListThatStandsAtTwoPlaces_IsRefused(string what, string entries)
    {
        var file = Parse(entries);
        Assert.True(file.Refusal() is null, what);

        var e = Assert.Throws<CommandException>(() => MigrationRoute.Forward(file, Target("kms")));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.StartsWith("file: line ", e.Message);
        Assert.EndsWith("can't be edited safely; nothing was written", e.Message);
        Assert.StartsWith("write it with a line for each provider that begins with a dash", e.Hint);
        Assert.DoesNotContain(Key, e.ToString());
    }

    /// <summary>The endpoint goes, and with it the comment inside it: it is the person's.</summary>
    [Fact]
    public void Forward_CommentThatWouldBeLost_IsRefused()
    {
        var file = Parse(
            """
            - resources: [secrets]
              providers:
              - kms:
                  name: edgekms
                  apiVersion: v2
                  endpoint: >- # OPS-17: moved with the new disk
                    unix:///var/run/edgekms/kms.sock
            """
        );
        var e = Assert.Throws<CommandException>(() => MigrationRoute.Forward(file, Target("kms")));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains("it would lose the comment # OPS-17: moved with the new disk", e.InnerException?.Message);
    }

    /// <summary>What a place in the list means is said by comments of ours, which would not be true at another place.</summary>
    [Fact]
    public void Forward_OwnComments_SayWhatIsTrueAtEachStep()
    {
        var text = new EncryptionConfiguration(
            "edgekms",
            "/run/edgekms/kms.sock",
            TimeSpan.FromSeconds(3),
            ["secrets"],
            IdentityPlace.Last
        ).Yaml();
        var before = EncryptionFile.Parse(Encoding.UTF8.GetBytes(text), "file");
        var route = MigrationRoute.Forward(before, Target("identity"));

        Assert.Same(before, route.Readable);
        Assert.Contains("# Last: objects that were stored before", Text(before));
        foreach (var file in new[] { route.Writing, route.Alone })
        {
            Assert.DoesNotContain("# Last", Text(file));
            Assert.DoesNotContain("# Take it out", Text(file));
            Assert.Contains("# First: everything that is written is stored in the clear", Text(file));
        }
        Assert.Contains(
            "# Last",
            Text(MigrationRoute.Back(route.Writing, before, Target("identity")).Readable.Move(0, 0, 1))
        );
    }

    /// <summary>A person's comments: those of a provider that goes stay, those of one that moves go along.</summary>
    [Fact]
    public void Forward_CommentsOfAPerson_StayInTheirOrder()
    {
        var route = MigrationRoute.Forward(
            Parse(
                $$"""
                - resources: [secrets]
                  providers:
                  # above aescbc
                  - aescbc: # beside aescbc
                      keys:
                      # in aescbc
                      - {name: a, secret: {{Key}}}
                    # below aescbc
                  # above identity
                  - identity: {}
                # at the end
                """
            ),
            Target("identity")
        );
        Assert.Equal(
            Head
                + $$"""
                - resources: [secrets]
                  providers:
                  # above identity
                  - identity: {}
                  # above aescbc
                  - aescbc: # beside aescbc
                      keys:
                      # in aescbc
                      - {name: a, secret: {{Key}}}
                    # below aescbc
                # at the end
                """,
            Text(route.Writing)
        );
        Assert.Equal(
            Head
                + """
                - resources: [secrets]
                  providers:
                  # above identity
                  - identity: {}
                  # above aescbc
                  # beside aescbc
                  # in aescbc
                  # below aescbc
                # at the end
                """,
            Text(route.Alone)
        );
    }

    private static EncryptionFile Parse(string entries) =>
        EncryptionFile.Parse(Encoding.UTF8.GetBytes(Head + entries), "file");

    private static string Text(EncryptionFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    private static MigrationTarget Target(string to) =>
        new(
            new MigrationGoal(null, to, "edgekms", KeepIdentity: false),
            "/run/edgekms/kms.sock",
            TimeSpan.FromSeconds(3),
            new byte[32]
        );
}
