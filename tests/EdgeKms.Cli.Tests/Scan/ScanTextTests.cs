using System.Text.Json;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Scan;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Tests.Scan;

public class ScanTextTests
{
    private static readonly ScanLeftovers s_etcd = new("etcd", 5_678, 1_234, 7, false, 0, []);

    private static readonly ScanReport s_stale = new(
        ScanReport.CurrentFormat,
        new DateTime(2026, 11, 24, 8, 0, 0, DateTimeKind.Utc),
        "etcd at https://127.0.0.1:2379",
        "/registry",
        "ring",
        "edgekms",
        "k2.b",
        "configuration",
        ["secrets"],
        1_204,
        [
            new("secrets", "kms-v2", "k8s:enc:kms:v2:edgekms:", "edgekms", "k1.a", 4, "stale", false),
            new("secrets", "kms-v2", "k8s:enc:kms:v2:edgekms:", "edgekms", "k2.b", 1_200, "active", true),
        ],
        Active: 1_200,
        Stale: 4,
        Foreign: 0,
        Plain: 0,
        KmsV1: 0,
        Undecided: 0,
        NotCovered: 0,
        s_etcd,
        Complete: true,
        Gaps: [],
        ExitCode: 1
    );

    private static string Text(ScanReport report, string? problem = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        ScanText.Write(
            report,
            problem,
            ConfiguredWriters.Unknown("edgekms"),
            new Terminal(output, output, null, false)
        );
        return output.ToString();
    }

    private static string Last(ScanReport report) => Text(report).TrimEnd('\n').Split('\n')[^1];

    [Fact]
    public void Write_StaleObjects_HasTableVerdictAndNextCommand() =>
        Assert.Equal(
            """
            Datastore   etcd at https://127.0.0.1:2379
            Provider    edgekms
            Active key  k2.b
            Scope       secrets below /registry

            Objects (1,204)
              RESOURCE  STORED AS                KEY ID  OBJECTS  STATE
              secrets   k8s:enc:kms:v2:edgekms:  k1.a    4        stale
              secrets   k8s:enc:kms:v2:edgekms:  k2.b    1,200    active

            older values: etcd keeps revisions 1,234 to 5,678; 7 of these objects were written in them and may have older values there. Compaction drops those (kube-apiserver does it every 5 minutes, --etcd-compaction-interval; by hand "etcdctl compact 5678"), then "etcdctl defrag" gives back what it has freed
            of 1,204 objects: 4 under an older key
            next: edgekms reencrypt

            """,
            Text(s_stale)
        );

    [Fact]
    public void Write_AllActive_HasNoNextCommand() =>
        Assert.Equal(
            "all 1,200 objects are under the active key",
            Last(s_stale with { Objects = 1_204, NotCovered = 4, Stale = 0, ExitCode = 0 })
        );

    [Fact]
    public void Write_KmsV1_SaysWhatDoesNotMoveIt()
    {
        var text = Text(s_stale with { KmsV1 = 4, Stale = 0, ExitCode = 2 });
        Assert.Contains("a no-op write leaves it under its old one", text);
        Assert.EndsWith(
            "of 1,204 objects: 4 encrypted by KMS v1\nnext: edgekms migrate --to kms --encryption-config FILE (FILE: what kube-apiserver's --encryption-provider-config names)\n",
            text
        );
    }

    [Fact]
    public void Write_ManyMissingKeys_NamesThoseWithTheMostObjects()
    {
        var counts = Enumerable
            .Range(1, 25)
            .Select(i => new ScanCount(
                "secrets",
                "kms-v2",
                "k8s:enc:kms:v2:edgekms:",
                "edgekms",
                $"k{i}.z",
                i,
                "unreadable",
                false
            ));
        var text = Text(s_stale with { Counts = [.. counts], Unreadable = 325, ExitCode = 2 });
        Assert.Contains("doesn't have (k25.z, k24.z, ", text);
        Assert.Contains(", k6.z and 5 more): ", text);
        Assert.Contains("docs/operate/recover-from-disaster.md#unreadable-objects", text);
        Assert.EndsWith("\nnext: edgekms restore --verify FILE\n", text);
    }

    [Fact]
    public void Write_KeyNotKnownAndGaps_AreFacts()
    {
        var text = Text(s_stale with { ActiveKeyId = null, Gaps = ["no hash"], Complete = false }, "it sleeps");
        Assert.Contains("Active key    not known: it sleeps\n", text);
        Assert.Contains("Not complete  no hash\n", text);
    }

    [Theory]
    [InlineData(
        "etcd",
        0,
        "older values: none of these objects was written since etcd was compacted at revision 1,234"
    )]
    [InlineData("sqlite", 0, "older values: none\n")]
    [InlineData("sqlite", 3, "older values: 3 in rows that are not the newest of their name")]
    [InlineData("snapshot", 0, "older values: none (compacted at revision 1,234)\n")]
    [InlineData("snapshot", 3, "older values: 3 in revisions 1,234 to 5,678 of this file")]
    public void Write_EachDatastore_SaysWhatItKeeps(string kind, int values, string line) =>
        Assert.Contains(
            "\n" + line,
            Text(s_stale with { Leftovers = s_etcd with { Kind = kind, WrittenSince = 0, Values = values } })
        );

    [Fact]
    public void Write_TextThatATerminalObeys_IsMadeHarmless() =>
        Assert.DoesNotContain(
            '\x1b',
            Text(s_stale with { Datastore = "\x1b[2J", Counts = [s_stale.Counts[0] with { KeyId = "\x1b" }] })
        );

    [Fact]
    public void Json_Report_IsReadAgainAndStrictly()
    {
        var json = JsonSerializer.Serialize(s_stale, ScanJson.Readable.ScanReport);
        var read = JsonSerializer.Deserialize(json, ScanJson.Default.ScanReport)!;
        Assert.Equal(json, JsonSerializer.Serialize(read, ScanJson.Readable.ScanReport));
        Assert.Contains("\"format\": \"edgekms-scan/1\"", json);
        Assert.Throws<JsonException>(() =>
            JsonSerializer.Deserialize(json.Replace("\"complete\"", "\"x\""), ScanJson.Default.ScanReport)
        );
    }
}
