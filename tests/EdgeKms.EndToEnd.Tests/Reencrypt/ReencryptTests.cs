using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Reencrypt;

/// <summary><c>edgekms reencrypt</c> on the real API server.</summary>
public sealed class ReencryptTests
{
    [Fact]
    public async Task Reencrypt_KilledAtTenPoints_AmongWritersAndDeleters_LosesNothing()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(RotatedCluster.Secrets);
        await cluster.AllAreAsWritten();
        var key = await cluster.Rotate();
        await cluster.Taken();
        Assert.DoesNotContain(key, (await cluster.StoredByKey()).Keys);

        using var end = new CancellationTokenSource();
        var others = Others(cluster, end.Token);
        var killed = 0;
        // The whole work takes a few seconds; each run is killed after a random part of it.
        for (var run = 0; run < 10; run++)
        {
            await using var running = RunningProcess.Start(CommandProgram.Path, cluster.Command(cluster.Datastore));
            await Task.Delay(RandomNumberGenerator.GetInt32(RotatedCluster.Secrets / 2));
            if (!running.HasEnded)
            {
                running.Send(Signal.Kill);
                killed++;
            }
            await running.Ended();
        }
        await end.CancelAsync();
        await others;
        Assert.True(killed > 0, "every run ended before it was killed");

        await using (var last = RunningProcess.Start(CommandProgram.Path, cluster.Command(cluster.Datastore)))
        {
            await Task.Delay(RandomNumberGenerator.GetInt32(1000));
            await cluster.Api.KillAndStart();
            Assert.True(await last.Ended(RotatedCluster.Guard) == 0, last.Output + last.Error);
            Assert.Contains("done: every object is under key " + key, last.Output, StringComparison.Ordinal);
        }
        await cluster.Api.Ready();
        Assert.False(File.Exists(cluster.Journal));
        Assert.Equal([key], (await cluster.StoredByKey()).Keys);
        await cluster.AllAreAsWritten();
    }

    [Fact]
    public async Task Reencrypt_WithoutTheDatastore_GoesOnAfterAKill_ByTheJournal()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(RotatedCluster.Secrets);
        var key = await cluster.Rotate();
        await cluster.Taken();

        await using (var running = RunningProcess.Start(CommandProgram.Path, cluster.Command()))
        {
            await Eventually.Holds("two pages are done", () => running.HasEnded || Done() > 250);
            running.Send(Signal.Kill);
            await running.Ended();
        }
        var done = Done();
        Assert.InRange(done, 251, RotatedCluster.Secrets - 1);
        var result = await cluster.Reencrypt("-o", "json");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("Going on where an earlier run stopped", result.Error, StringComparison.Ordinal);
        var report = JsonNode.Parse(result.Output)!;
        Assert.Equal("metrics", (string?)report["proof"]);
        Assert.Equal(0, (int)report["left"]!);
        Assert.Equal(RotatedCluster.Secrets, (int)report["resources"]![0]!["seen"]!);
        Assert.Contains($"{done} objects were done", result.Error, StringComparison.Ordinal);
        Assert.Equal([key], (await cluster.StoredByKey()).Keys);
        await cluster.AllAreAsWritten();

        int Done() =>
            File.Exists(cluster.Journal)
                ? JsonNode.Parse(File.ReadAllText(cluster.Journal))!["resources"]!.AsArray().Sum(r => (int)r!["seen"]!)
                : 0;
    }

    [Fact]
    public async Task Reencrypt_AfterThreeRotations_EndsWithOneKey()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(20);
        for (var i = 0; i < 3; i++)
        {
            await cluster.Rotate();
            await cluster.Taken();
            await cluster.Create("default", $"after-{i}");
            await cluster.AllAreAsWritten();
        }
        Assert.Equal(4, (await cluster.StoredByKey()).Count);

        var plan = await cluster.Reencrypt([.. cluster.Datastore, "--dry-run"]);
        Assert.True(plan.Exit == 0, plan.ToString());
        Assert.Contains("22 objects are not under key", plan.Output, StringComparison.Ordinal);
        Assert.Equal(4, (await cluster.StoredByKey()).Count);

        var result = await cluster.Reencrypt([.. cluster.Datastore, "-o", "json"]);
        Assert.True(result.Exit == 0, result.ToString());
        var report = JsonNode.Parse(result.Output)!;
        Assert.Equal((23, 22, 1), (Count("seen"), Count("rewritten"), Count("fresh")));
        Assert.Equal("datastore", (string?)report["proof"]);
        Assert.Single(await cluster.StoredByKey());
        await cluster.AllAreAsWritten();

        int Count(string name) => (int)report["resources"]![0]![name]!;
    }

    [Fact]
    public async Task Reencrypt_RightAfterARotation_WaitsForTheApiServer_AndMovesNoValue()
    {
        await using var cluster = await RotatedCluster.Start("secrets", "configmaps");
        await cluster.Fill(50);
        await cluster.Create("default", "immutable", immutable: true);
        await cluster.Api.CreateConfigMap("settings", "canary-of-the-settings");
        await using var proxy = new RecordingProxy(cluster.Api);
        proxy.WriteKubeConfig(cluster.Home.At("recorded"));
        var key = await cluster.Rotate();

        var result = await cluster.Reencrypt("--kubeconfig", cluster.Home.At("recorded"));

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("it looks for a new one once a minute", result.Output, StringComparison.Ordinal);
        Assert.Equal([key], (await cluster.StoredByKey()).Keys);
        Assert.Equal([key], (await cluster.StoredByKey("configmaps")).Keys);
        Assert.Contains("PATCH /api/v1/namespaces/default/secrets/immutable", proxy.Record, StringComparison.Ordinal);
        Assert.Contains("PATCH /api/v1/namespaces/default/configmaps/settings", proxy.Record, StringComparison.Ordinal);
        Assert.DoesNotContain("\"data\"", proxy.Record, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-of", proxy.Record, StringComparison.Ordinal);
        await cluster.AllAreAsWritten();
    }

    [Fact]
    public async Task Reencrypt_MayNotReadTheMetrics_WritesAProbeAndLooksForIt()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(20);
        await using var proxy = new RecordingProxy(cluster.Api) { Forbidden = "/metrics" };
        proxy.WriteKubeConfig(cluster.Home.At("no-metrics"));
        var key = await cluster.Rotate();

        string[] flags = ["--kubeconfig", cluster.Home.At("no-metrics")];
        var blind = await cluster.Reencrypt([.. flags, "--timeout", "2s"]);
        Assert.Equal(13, blind.Exit);
        Assert.Contains("its metrics name no key of a provider", blind.Error, StringComparison.Ordinal);

        var result = await cluster.Reencrypt([.. flags, .. cluster.Datastore]);
        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("the API server still uses key k1.", result.Output, StringComparison.Ordinal);
        // The probes are gone, or they were counted.
        Assert.Equal(20, (await cluster.StoredByKey())[key]);
        await cluster.AllAreAsWritten();
    }

    [Fact]
    public async Task Reencrypt_OfOneNamespace_LeavesTheOthers()
    {
        await using var cluster = await RotatedCluster.Start();
        await cluster.Fill(100);
        var key = await cluster.Rotate();
        await cluster.Taken();

        var result = await cluster.Reencrypt([.. cluster.Datastore, "--namespace", "ns07", "--resource", "secrets"]);
        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(2, (await cluster.StoredByKey())[key]);

        var none = await cluster.Reencrypt([.. cluster.Datastore, "--resource", "configmaps"]);
        Assert.Equal(2, none.Exit);
        var migration = await cluster.Reencrypt([.. cluster.Datastore, "--storage-version-migration"]);
        Assert.Equal(3, migration.Exit);
        Assert.Contains("doesn't serve storagemigration.k8s.io", migration.Error, StringComparison.Ordinal);
    }

    /// <summary>Writers and deleters, each with Secrets that no other one touches, until they are to end.</summary>
    private static async Task Others(RotatedCluster cluster, CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            await cluster.Create("default", $"other-{i}");
            await cluster.Update("default", $"other-{i}");
            if (2 * i < RotatedCluster.Secrets)
                await cluster.Update(RotatedCluster.NamespaceOf(2 * i), $"s{2 * i:00000}");
            if (2 * i + 1 < RotatedCluster.Secrets)
                await cluster.Delete(RotatedCluster.NamespaceOf(2 * i + 1), $"s{2 * i + 1:00000}");
            await Task.Delay(5, CancellationToken.None);
        }
    }
}
