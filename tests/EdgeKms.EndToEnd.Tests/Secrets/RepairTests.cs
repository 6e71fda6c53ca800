using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Secrets;

[Collection(ClusterTests.Name)]
public sealed class RepairTests(ClusterFixture cluster)
{
    [Fact]
    public async Task ApiServer_WhileTheRingIsRepaired_RecoversByItself()
    {
        var (api, provider) = (cluster.Api, cluster.Provider);
        await api.Create("sealed", "value");
        await provider.Stop();
        File.Delete(provider.Token);
        await provider.Serve();
        await Eventually.Holds(
            "the API server notices",
            async () => (await api.ReadyChecks()).Contains("[-]kms-providers failed", StringComparison.Ordinal)
        );

        var repair = await provider.Run(["repair", "--passphrase-file", "-"], provider.Passphrase);

        Assert.True(repair.Exit == 0, repair.ToString());
        await api.Ready();
        await api.Update("sealed", "written again");
        Assert.Equal("written again", await api.Read("sealed"));
    }
}
