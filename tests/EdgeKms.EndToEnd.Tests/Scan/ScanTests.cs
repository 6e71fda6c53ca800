using System.Text;
using EdgeKms.Cluster.Tests.Datastore;
using EdgeKms.Contract.Scan;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Scan;

/// <summary><c>edgekms scan</c> as it is shipped, against a real API server, etcd and daemon.</summary>
public sealed class ScanTests
{
    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Lines(ScanReport report) =>
        string.Join(
            '\n',
            report.Counts.Select(c => $"{c.Resource} {c.Prefix ?? c.Form} {c.KeyId} {c.Objects} {c.State}")
        );

    [Fact]
    public async Task Scan_FreshRotatedAndForeign_CountsEachAndExitsWithIt()
    {
        await using var cluster = await ScanCluster.Start();
        for (var i = 0; i < 5; i++)
            await cluster.Api.Create($"old{i}", "v");
        var old = await cluster.Home.ActiveKey();
        var fresh = await cluster.ScanEtcd();
        Assert.True(fresh.Exit == 0, fresh.ToString());
        Assert.EndsWith("all 5 objects are under the active key\n", fresh.Output);
        Assert.Empty(fresh.Error);

        await cluster.Rotate();
        for (var i = 0; i < 3; i++)
            await cluster.Api.Create($"new{i}", "v");
        var active = await cluster.Home.ActiveKey();
        var stale = await cluster.ScanEtcd();
        Assert.True(stale.Exit == 1, stale.ToString());
        Assert.Matches($@"\n  secrets +k8s:enc:kms:v2:edgekms: +{old} +5 +stale\n", stale.Output);
        Assert.EndsWith("of 8 objects: 5 under an older key\nnext: edgekms reencrypt\n", stale.Output);

        await cluster.Etcd.Put("/registry/secrets/default/plain", Bytes("k8s\0plain"));
        await cluster.Etcd.Put("/registry/secrets/default/aes", Bytes("k8s:enc:aescbc:v1:key1:xxx"));
        await cluster.Etcd.Put("/registry/secrets/default/other", Bytes("k8s:enc:kms:v2:other:\x12\x01k"));
        await cluster.Etcd.Put("/registry/secrets/default/v1", Bytes("k8s:enc:kms:v1:edgekms:xxx"));
        await cluster.Etcd.Put("/registry/configmaps/default/c", Bytes("k8s\0plain"));
        var mixed = await cluster.ScanEtcd("-o", "json");
        Assert.True(mixed.Exit == 2, mixed.ToString());
        var report = ScanCluster.Report(mixed);
        Assert.Equal(
            string.Join(
                '\n',
                "secrets plain  1 plain",
                "secrets k8s:enc:aescbc:v1:key1:  1 foreign",
                "secrets k8s:enc:kms:v1:edgekms:  1 kms-v1",
                $"secrets k8s:enc:kms:v2:edgekms: {old} 5 stale",
                $"secrets k8s:enc:kms:v2:edgekms: {active} 3 active",
                "secrets k8s:enc:kms:v2:other: k 1 foreign"
            ),
            Lines(report)
        );
        Assert.Equal(
            (12, 3, 5, 2, 1, 1),
            (report.Objects, report.Active, report.Stale, report.Foreign, report.Plain, report.KmsV1)
        );
        Assert.Equal(("edgekms-scan/1", true, active), (report.Format, report.Complete, report.ActiveKeyId));
        Assert.Equal((await cluster.Home.Status()).Ring!.Id, report.RingId);

        await IsTheSameInASnapshot(cluster, report);
        await IsTheSameInSqlite(cluster, report);
        var text = await cluster.ScanEtcd();
        Assert.Contains("a no-op write leaves it under its old one", text.Output);
    }

    private static async Task IsTheSameInASnapshot(ScanCluster cluster, ScanReport expected)
    {
        var result = await cluster.Scan("--snapshot", await cluster.Snapshot("s.db"), "-o", "json");
        Assert.True(result.Exit == 2, result.ToString());
        Assert.Equal(Lines(expected), Lines(ScanCluster.Report(result)));
    }

    private static async Task IsTheSameInSqlite(ScanCluster cluster, ScanReport expected)
    {
        using var kine = new KineFile(cluster.Home.At("state.db"));
        foreach (var (key, value) in await cluster.Etcd.List("/registry/"))
        {
            kine.Put(key, value);
            kine.Put(key + "-gone", value);
            kine.Put(key + "-gone", value, deleted: true);
        }
        var result = await cluster.Scan("--sqlite", kine.Path, "-o", "json");
        Assert.True(result.Exit == 2, result.ToString());
        var report = ScanCluster.Report(result);
        Assert.Equal(Lines(expected), Lines(report));
        Assert.Equal(("sqlite", true, 24), (report.Leftovers.Kind, report.Leftovers.Counted, report.Leftovers.Values));
    }

    [Fact]
    public async Task Scan_Etcd_SaysWhichRevisionsAreKept()
    {
        await using var cluster = await ScanCluster.Start();
        await cluster.Api.Create("a", "1");
        await cluster.Api.Update("a", "2");
        var before = ScanCluster.Report(await cluster.ScanEtcd("-o", "json")).Leftovers;
        Assert.Equal(
            ("etcd", 0, 1, false),
            (before.Kind, before.CompactedRevision, before.WrittenSince, before.Counted)
        );

        await cluster.Etcd.Compact();
        var after = ScanCluster.Report(await cluster.ScanEtcd("-o", "json")).Leftovers;
        Assert.InRange(after.CompactedRevision, before.Revision, after.Revision);
        Assert.Equal(0, after.WrittenSince);
    }

    [Fact]
    public async Task Scan_DaemonGone_CountsAndSaysWhatIsMissing()
    {
        await using var cluster = await ScanCluster.Start();
        await cluster.Api.Create("a", "1");
        var key = await cluster.Home.ActiveKey();
        await cluster.Home.Stop();
        var unknown = await cluster.ScanEtcd();
        Assert.True(unknown.Exit == 11, unknown.ToString());
        Assert.Contains("of 1 objects: 1 under one key, which may be the active one", unknown.Output);
        Assert.Contains("edgekms: error: the active key is not known: edgekmsd doesn't run", unknown.Error);
        Assert.Equal(0, (await cluster.ScanEtcd("--active-key", key)).Exit);
        Assert.Equal(1, (await cluster.ScanEtcd("--active-key", "another")).Exit);
    }

    [Fact]
    public async Task Scan_WildcardWithoutApiServer_ReadsEverythingAndBlamesNoOtherResource()
    {
        await using var cluster = await ScanCluster.Start("\"*.*\"");
        await cluster.Api.Create("a", "1");
        await cluster.Api.CreateConfigMap("c", "1");
        await cluster.Etcd.Put("/registry/example.org/things/x", Bytes("{}"));
        var alone = ScanCluster.Report(await cluster.ScanEtcd("-o", "json"));
        Assert.Equal(0, alone.ExitCode);
        Assert.Contains("things.example.org plain  1 not-covered", Lines(alone));
        Assert.Contains(alone.Counts, c => c is { Resource: "configmaps", State: "active" });

        await cluster.Etcd.Put("/registry/configmaps/default/plain", Bytes("{}"));
        var served = await cluster.ScanEtcd("--kubeconfig", cluster.Api.KubeConfig("kubeconfig"), "-o", "json");
        Assert.True(served.Exit == 2, served.ToString());
        Assert.Contains("configmaps plain  1 plain", Lines(ScanCluster.Report(served)));
    }

    [Fact]
    public async Task Scan_EtcdGone_IsUnreachable()
    {
        Testbed.Require();
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            ["scan", "--etcd-endpoints", "http://127.0.0.1:1", "--active-key", "k"]
        );
        Assert.True(result.Exit == 11, result.ToString());
        Assert.Empty(result.Output);
        Assert.Contains("etcd at http://127.0.0.1:1 can't be reached", result.Error);
    }
}
