using System.Net;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Secrets;

[Collection(ClusterTests.Name)]
public sealed class RestartTests(ClusterFixture cluster)
{
    [Fact]
    public async Task ApiServer_Restarted_DecryptsEachSeedOnce()
    {
        for (var start = 0; start < 2; start++)
        {
            for (var i = 0; i < 40; i++)
                await cluster.Api.Create($"seed-{start}-{i}", $"value {start} {i}");
            await cluster.Api.Restart();
        }
        var stored = await cluster.AllStored();
        var seeds = stored.Select(s => Convert.ToBase64String(s.Seed)).Distinct().Count();

        Assert.InRange(seeds, 2, 20);
        Assert.True(stored.Count >= 80);
        Assert.Equal("value 0 7", await cluster.Api.Read("seed-0-7"));
        Assert.Equal("value 1 39", await cluster.Api.Read("seed-1-39"));
        Assert.Equal(seeds, await cluster.Api.Decrypts());
    }

    [Fact]
    public async Task ApiServer_StartedBeforeTheDaemon_ConvergesByItself()
    {
        var (api, provider) = (cluster.Api, cluster.Provider);
        await api.Create("early", "value");
        await api.Stop();
        await provider.Stop();

        api.Start();
        await Eventually.Holds("/livez", async () => await api.Try("/livez") == HttpStatusCode.OK);
        Assert.Contains("[-]kms-providers failed", await api.ReadyChecks());
        await provider.Serve();
        await api.Ready();

        Assert.Equal("value", await api.Read("early"));
        await api.Update("early", "later");
        Assert.Equal("later", await api.Read("early"));
    }

    [Fact]
    public async Task Daemon_KilledUnderLoad_LosesNoAcknowledgedSecret()
    {
        Testbed.Require();
        var acknowledged = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(worker => Load(worker, acknowledged, stop.Token)).ToArray();
        await Eventually.Holds("the load runs", () => Reaches(40));

        await cluster.Provider.Kill();
        Assert.True(File.Exists(cluster.Provider.KmsSocket), "a killed daemon leaves its socket");
        var atKill = acknowledged.Count;
        await cluster.Provider.Serve(); // replaces the stale socket
        await Eventually.Holds("the load goes on", () => Reaches(atKill + 40));
        await stop.CancelAsync();
        await Task.WhenAll(load);

        // From the disk, through the new daemon: the API server's caches are gone.
        await cluster.Api.Restart();
        foreach (var (name, value) in acknowledged)
            Assert.Equal(value, await cluster.Api.Read(name));
        var stored = await cluster.Etcd.List("/registry/secrets/default/load-");
        Assert.All(acknowledged.Keys, name => Assert.Contains($"/registry/secrets/default/{name}", stored.Keys));

        // A worker that failed ends the wait with its own error.
        async Task<bool> Reaches(int count)
        {
            if (load.FirstOrDefault(l => l.IsCompleted) is { } ended)
                await ended;
            return acknowledged.Count >= count;
        }
    }

    /// <summary>Creates and reads until it is stopped; an error would fail the test.</summary>
    private async Task Load(
        int worker,
        System.Collections.Concurrent.ConcurrentDictionary<string, string> acknowledged,
        CancellationToken stop
    )
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var (name, value) = ($"load-{worker}-{i}", $"value of {worker} {i}");
            await cluster.Api.Create(name, value);
            acknowledged[name] = value;
            Assert.Equal(value, await cluster.Api.Read(name));
        }
    }
}
