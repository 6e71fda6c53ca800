using System.Net;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>The k8s.io/apiserver of today with KMS v1, whose gate is off by default since 1.29.</summary>
public sealed class V1GateTests
{
    [Fact]
    public async Task Secret_WrittenWithV1_IsReadableAfterARestart()
    {
        Testbed.Require();
        await using var cluster = await V1Cluster.Start(_ => ApiProgram.LiteWithV1, "old");

        await cluster.Create("first");
        await cluster.Create("second");
        await cluster.Api.Restart();

        await cluster.AllAreAsWritten();
        Assert.Contains("verified: 11 checks passed", await cluster.Verify("old"), StringComparison.Ordinal);
        Assert.Equal(2, await cluster.StoredWith(StoredV1Secret.Prefix + "old:"));
        Assert.Equal(await cluster.Provider.ActiveKey(), (await cluster.Stored("first")).KeyId);
    }

    [Fact]
    public async Task HealthCheck_OfV1_FailsWhileTheProviderIsAwayAndComesBack()
    {
        Testbed.Require();
        await using var cluster = await V1Cluster.Start(_ => ApiProgram.LiteWithV1, "old");
        await cluster.Create("stored");
        Assert.Contains("[+]kms-providers ok", await cluster.Api.ReadyChecks(), StringComparison.Ordinal);

        await cluster.Provider.Stop();
        await Answers(HttpStatusCode.InternalServerError);
        await cluster.Provider.Serve(V1Setting.On);
        await Answers(HttpStatusCode.OK);

        await cluster.Create("later");
        await cluster.Api.Restart();
        await cluster.AllAreAsWritten();

        Task Answers(HttpStatusCode expected) =>
            Eventually.Holds(
                $"/readyz/kms-providers answers {expected}",
                async () => await cluster.Api.Try("/readyz/kms-providers") == expected
            );
    }
}
