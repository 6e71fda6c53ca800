using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Secrets;

[Collection(ClusterTests.Name)]
public sealed class RotationTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Rotation_WhileServing_IsPickedUpWithinThePollAndKeepsTheOldReadable()
    {
        var (api, provider) = (cluster.Api, cluster.Provider);
        await api.Create("rotated", "0");
        await api.Create("untouched", "value");
        var untouched = await cluster.Etcd.Get("/registry/secrets/default/untouched");

        var rotation = await provider.Rotate();
        Assert.True(rotation.DaemonReloaded);
        Assert.Equal((await cluster.Stored("rotated")).KeyId, rotation.OldKeyId);
        Assert.Equal(rotation.NewKeyId, await provider.ActiveKey());
        var turn = 0;
        await Eventually.Holds(
            "an update is stored under the new key", // a poll every 60 s, of a probe result that is kept for 20 at most
            async () =>
            {
                await api.Update("rotated", $"{++turn}"); // no write fails on the way
                return (await cluster.Stored("rotated")).KeyId == rotation.NewKeyId;
            }
        );

        Assert.Equal(untouched, await cluster.Etcd.Get("/registry/secrets/default/untouched"));
        Assert.Equal(rotation.OldKeyId, (await cluster.Stored("untouched")).KeyId);
        Assert.Equal("value", await api.Read("untouched"));

        await provider.Stop();
        await provider.Serve();
        await api.Restart();
        Assert.Equal("value", await api.Read("untouched"));
        Assert.Equal($"{turn}", await api.Read("rotated"));
        Assert.Equal(rotation.OldKeyId, (await cluster.Stored("untouched")).KeyId);
        await api.Update("untouched", "touched");
        Assert.Equal(rotation.NewKeyId, (await cluster.Stored("untouched")).KeyId);
    }
}
