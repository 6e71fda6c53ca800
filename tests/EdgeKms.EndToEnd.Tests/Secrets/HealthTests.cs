using System.Net;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Secrets;

[Collection(ClusterTests.Name)]
public sealed class HealthTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Readyz_DaemonStoppedAndStarted_FailsAndRecoversByItself()
    {
        var (api, provider) = (cluster.Api, cluster.Provider);
        await api.Create("health", "value");
        Assert.Contains("[+]kms-providers ok", await api.ReadyChecks());

        Assert.Equal(0, await provider.Stop());
        await Eventually.Holds(
            "[-]kms-providers failed",
            async () => (await api.ReadyChecks()).Contains("[-]kms-providers failed", StringComparison.Ordinal)
        );
        Assert.Equal(HttpStatusCode.OK, await api.Try("/livez"));
        Assert.Equal("value", await api.Read("health")); // the seed is in the API server's cache

        await provider.Serve();
        await Eventually.Holds(
            "[+]kms-providers ok",
            async () => (await api.ReadyChecks()).Contains("[+]kms-providers ok", StringComparison.Ordinal)
        );
        await api.Update("health", "again");
        Assert.Equal("again", await api.Read("health"));
    }
}
