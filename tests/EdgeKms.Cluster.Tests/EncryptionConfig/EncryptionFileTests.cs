using System.Text;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

public sealed class EncryptionFileTests
{
    private static readonly string s_cases = Path.Combine(AppContext.BaseDirectory, "EncryptionConfig", "Cases");

    public static TheoryData<string> Cases =>
        [.. Directory.EnumerateFiles(s_cases).Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_CaseOfTheField_IsRightAtEachStepAndLeadsBackToTheByte(string name)
    {
        var before = EncryptionFile.Parse(File.ReadAllBytes(Path.Combine(s_cases, name)), name);
        var target = Target("kms");
        var route = MigrationRoute.Forward(before, target);

        foreach (
            var (text, step) in new[]
            {
                (route.Readable, "readable"),
                (route.Writing, "writing"),
                (route.Alone, "alone"),
            }
        )
        {
            Assert.True(text.Refusal() is null, $"{step}: {text.Refusal()}\n{Text(text)}");
            Assert.Equal(Text(before).Contains('\r'), Text(text).Contains('\r'));
            Assert.DoesNotContain("\n", Text(before).Contains('\r') ? Text(text).Replace("\r\n", "") : "");
            var back = MigrationRoute.Back(text, before, target);
            Assert.True(back.Alone.Bytes.Span.SequenceEqual(before.Bytes.Span), $"{step}: {Text(back.Alone)}");
        }
        Assert.All(
            route.Readable.Entries.Zip(before.Entries),
            e => Assert.True(e.Second.First.StoresLike(e.First.First))
        );
        Assert.All(
            route.Writing.Entries.Zip(before.Entries),
            e => Assert.All(e.Second.Providers, p => Assert.Contains(e.First.Providers, n => p.StoresLike(n)))
        );
        Assert.All(route.Alone.Entries, e => Assert.Equal("kms", Assert.Single(e.Providers).Kind));
        Assert.Equal("edgekms", route.Alone.Entries[0].First.Name);
        Assert.All(route.Alone.Entries, e => Assert.Equal("unix:///run/edgekms/kms.sock", e.First.Endpoint));
    }

    [Fact]
    public void Forward_CommentOfTwoLines_StaysWhole()
    {
        var before = Case("comment-of-two-lines.yaml");
        var route = MigrationRoute.Forward(before, Target("kms"));

        foreach (var text in new[] { route.Readable, route.Writing })
        {
            Assert.Contains(
                """
                      # OPS-17: keep until the audit
                      - identity: {} # old objects are read
                                     # until the rewrite is done
                """,
                Text(text),
                StringComparison.Ordinal
            );
        }
        Assert.Contains(
            """
                  # OPS-17: keep until the audit
                  # old objects are read
                  # until the rewrite is done
            """,
            Text(route.Alone),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Forward_OneLineOfJson_StaysOneLineOfJson()
    {
        var route = MigrationRoute.Forward(Case("one-line.json"), Target("kms"));

        Assert.Equal(
            """{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":[{"resources":["secrets"],"providers":[{"kms":{"apiVersion":"v2","name":"edgekms","endpoint":"unix:///run/edgekms/kms.sock","timeout":"3s"}}]}]}""",
            Text(route.Alone)
        );
    }

    [Fact]
    public void Forward_IndentedJson_StaysIndented()
    {
        var before = EncryptionFile.Parse(
            Encoding.UTF8.GetBytes(
                new EncryptionConfiguration(
                    "old",
                    "/run/old.sock",
                    TimeSpan.FromSeconds(3),
                    ["secrets"],
                    IdentityPlace.Last
                ).Json()
            ),
            "c.json"
        );
        var alone = Text(MigrationRoute.Forward(before, Target("kms")).Alone);

        Assert.Equal(
            new EncryptionConfiguration(
                "edgekms",
                "/run/edgekms/kms.sock",
                TimeSpan.FromSeconds(3),
                ["secrets"],
                IdentityPlace.None
            ).Json(),
            alone
        );
    }

    [Fact]
    public void Forward_TwoEntries_HaveNamesOfTheirOwn()
    {
        var route = MigrationRoute.Forward(Case("two-entries.yaml"), Target("kms"));

        Assert.Equal(["edgekms", "edgekms-2"], route.Alone.Entries.Select(e => e.First.Name));
        Assert.True(MigrationRoute.Forward(route.Alone, Target("kms")).IsDone);
    }

    [Fact]
    public void Forward_SameNameAtAnotherSocket_ReplacesTheEndpointInPlace()
    {
        var before = Case("same-name-other-socket.yaml");
        var route = MigrationRoute.Forward(before, Target("kms"));

        Assert.Equal(
            Text(before).Replace("unix:///var/run/edgekms/kms.sock", "\"unix:///run/edgekms/kms.sock\""),
            Text(route.Readable)
        );
        Assert.Same(route.Readable, route.Writing);
    }

    [Theory]
    [InlineData("kind: EncryptionConfiguration\nresources: []\n", "no apiVersion")]
    [InlineData("kind: EncryptionConfiguration\napiVersion: v1\n", "apiVersion v1")]
    [InlineData("kind: Config\napiVersion: v1\n", "no EncryptionConfiguration")]
    [InlineData("", "no EncryptionConfiguration")]
    [InlineData("{\"kind\": \"EncryptionConfiguration\",}", "no valid JSON")]
    [InlineData("{kind: EncryptionConfiguration}", "no valid JSON")]
    [InlineData("kind: EncryptionConfiguration\nkind: EncryptionConfiguration\n", "stands twice")]
    [InlineData("Kind: EncryptionConfiguration\n", "does not know \"Kind\"")]
    [InlineData(
        "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n- providers:\n  - identity:\n",
        "with its braces"
    )]
    [InlineData(
        "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n- resources: [no]\n",
        "put it in quotes"
    )]
    [InlineData(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: [{\"resources\": [\"a\"], \"providers\": [{\"kms\": {\"name\"\"x\"}}]}]\n",
        "there is no : in front of this"
    )]
    [InlineData("kind: [\n", "not read by this program")]
    public void Parse_WhatKubernetesCouldNotDecode_SaysWhere(string text, string reason)
    {
        var e = Assert.Throws<CommandException>(() => EncryptionFile.Parse(Encoding.UTF8.GetBytes(text), "file"));

        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WithoutKeys_EachLine_ShowsNoKey(string name)
    {
        var file = Case(name);

        var shown = string.Join('\n', Text(file).Split('\n').Select(file.WithoutKeys));

        Assert.DoesNotContain("YWFhYWFh", shown);
        Assert.DoesNotContain("YmJiYmJi", shown);
        Assert.Equal(file.Entries.SelectMany(e => e.Providers).Sum(p => p.Keys.Count), shown.Split("(key)").Length - 1);
    }

    private static EncryptionFile Case(string name) =>
        EncryptionFile.Parse(File.ReadAllBytes(Path.Combine(s_cases, name)), name);

    private static string Text(EncryptionFile file) => Encoding.UTF8.GetString(file.Bytes.Span);

    private static MigrationTarget Target(string to) =>
        new(
            new MigrationGoal(null, to, "edgekms", KeepIdentity: false),
            "/run/edgekms/kms.sock",
            TimeSpan.FromSeconds(3),
            new byte[32]
        );
}
