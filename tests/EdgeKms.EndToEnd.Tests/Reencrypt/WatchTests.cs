using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Reencrypt;

/// <summary><c>edgekms reencrypt --watch</c> beside a daemon that rotates, and what it is proof of: keys that may go.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task Watch_ARotation_IsFollowedAndProven_AlsoWhenKilledHalfWay()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(RotatedCluster.Secrets);
        string[] command = cluster.Command([.. cluster.Datastore, "--watch"]);
        string key;
        await using (var first = RunningProcess.Start(CommandProgram.Path, command))
        {
            await Proven(cluster, await cluster.Home.ActiveKey());
            key = await cluster.Rotate();
            Assert.Contains("not yet under the active key", await Status(cluster), StringComparison.Ordinal);
            // The machine is switched off while it is at work: the journal is there from the first page on.
            await Eventually.Holds(
                "the rotation is followed",
                async () => File.Exists(cluster.Journal) && (await cluster.StoredByKey()).ContainsKey(key),
                RotatedCluster.Guard
            );
            first.Send(Signal.Kill);
            await first.Ended();
        }
        await cluster.Home.Kill();
        await cluster.Home.Serve();
        Assert.Null((await cluster.Home.Status()).Reencryption);

        await using var second = RunningProcess.Start(CommandProgram.Path, command);
        var report = await Proven(cluster, key);
        Assert.Equal(RotatedCluster.Secrets, report.Objects);
        Assert.Equal([key], (await cluster.StoredByKey()).Keys);
        Assert.False(File.Exists(cluster.Journal));
        Assert.Contains("objects under old keys: 0, proven", await Status(cluster), StringComparison.Ordinal);
        Assert.Contains("edgekms_reencryption_stale_objects 0\n", await Metrics(cluster), StringComparison.Ordinal);

        // A daemon that was restarted is told again.
        await cluster.Home.Kill();
        await cluster.Home.Serve();
        Assert.Equal(report.ProvenAt, (await Proven(cluster, key)).ProvenAt);
        await cluster.AllAreAsWritten();

        second.Send(Signal.Terminate);
        await second.Ended();
        Assert.DoesNotContain("error", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_NoApiServer_SaysWhyAndGoesOnLater()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(10);
        await cluster.Api.Stop();
        await using var watch = RunningProcess.Start(
            CommandProgram.Path,
            cluster.Command([.. cluster.Datastore, "--watch", "--timeout", "2s"])
        );
        await Eventually.Holds(
            "the failure is told",
            async () => (await cluster.Home.Status()).Reencryption is { State: "failed", Problem: not null }
        );
        Assert.False(watch.HasEnded, watch.Output + watch.Error);

        cluster.Api.Start();
        await Proven(cluster, await cluster.Home.ActiveKey());
    }

    [Fact]
    public async Task KeysDestroy_AfterAReencryption_TakesTheKeyThatTheScanNoLongerCounts()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(20);
        var old = await cluster.Home.ActiveKey();
        await cluster.Rotate();
        await cluster.Taken();

        var needed = await Destroy(cluster, old, await Scan(cluster, 1));
        Assert.Equal(3, needed.Exit);
        Assert.Contains("20 objects are still under the key", needed.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await cluster.Reencrypt(cluster.Datastore)).Exit);
        var evidence = await Scan(cluster, 0);
        var plan = await Destroy(cluster, old, evidence);
        Assert.True(plan.Exit == 0, plan.ToString());
        var digest = plan.Output.TrimEnd().Split(' ')[^1];
        var applied = await Destroy(cluster, old, evidence, "--apply", digest, "--passphrase-file", "-");
        Assert.True(applied.Exit == 0, applied.ToString());

        await cluster.Home.Kill();
        await cluster.Home.Serve();
        await cluster.Api.KillAndStart();
        await cluster.Api.Ready();
        await cluster.AllAreAsWritten();
    }

    /// <summary>A day later, since an API server may write under a retired key for some minutes.</summary>
    private static async Task<string> Scan(RotatedCluster cluster, int exit)
    {
        var scan = await RunningProcess.Run(
            CommandProgram.Path,
            [
                "scan",
                "--all",
                "--encryption-config",
                cluster.Configuration,
                .. cluster.Datastore,
                "-o",
                "json",
                .. cluster.Home.Settings,
            ],
            FakeClock.DaysAhead(1)
        );
        Assert.True(scan.Exit == exit, scan.ToString());
        await File.WriteAllTextAsync(cluster.Home.At("scan.json"), scan.Output);
        return cluster.Home.At("scan.json");
    }

    private static Task<CommandResult> Destroy(
        RotatedCluster cluster,
        string key,
        string evidence,
        params string[] more
    ) =>
        cluster.Home.RunAt(
            1,
            ["keys", "destroy", key, "--evidence", evidence, "--retention-minimum-days", "0", .. more],
            more.Length > 0 ? cluster.Home.Passphrase : null
        );

    private static async Task<ReencryptionReport> Proven(RotatedCluster cluster, string key)
    {
        ReencryptionReport? report = null;
        await Eventually.Holds(
            "it is proven that all objects are under " + key,
            async () =>
            {
                report = (await cluster.Home.Status()).Reencryption;
                return report is { State: "done", Stale: 0, ProvenAt: not null } && report.KeyId == key;
            },
            RotatedCluster.Guard
        );
        return report!;
    }

    private static async Task<string> Status(RotatedCluster cluster) =>
        (await RunningProcess.Run(CommandProgram.Path, ["status", .. cluster.Home.Settings])).Output;

    private static async Task<string> Metrics(RotatedCluster cluster) =>
        (
            await RunningProcess.Run(
                "/usr/bin/curl",
                ["-sS", "--unix-socket", cluster.Home.AdminSocket, "http://localhost/metrics"]
            )
        ).Output;
}
