using System.Text;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Migrate;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>The way from KMS v1 to KMS v2 on one socket (kms-plugin-contract.md 2.17; conformance 86).</summary>
public sealed class V1ToV2Tests
{
    private const int Secrets = 20;
    private const string V1 = StoredV1Secret.Prefix;
    private const string V2 = "k8s:enc:kms:v2:edgekms:";

    [Fact]
    public async Task ReplacePass_WithV2First_LeavesNothingToV1AndLosesNoSecret()
    {
        Testbed.Require();
        await using var cluster = await V1Cluster.Start(_ => ApiProgram.LiteWithV1, "old");
        for (var i = 0; i < Secrets; i++)
            await cluster.Create($"s{i:00}");
        Assert.Equal(Secrets, await cluster.StoredWith(V1 + "old:"));

        await cluster.Configure(cluster.V2("edgekms"), cluster.V1("old"), V1Cluster.Identity);
        await cluster.AllAreAsWritten();
        Assert.Equal(Secrets, await cluster.StoredWith(V1)); // reading moves nothing

        var all = await cluster.Kubectl(null, "get", "secrets", "-A", "-o", "json");
        await cluster.Kubectl(Encoding.UTF8.GetBytes(all.Output), "replace", "-f", "-");
        Assert.Equal(0, await cluster.StoredWith(V1));
        Assert.Equal(Secrets, await cluster.StoredWith(V2));
        await cluster.AllAreAsWritten();

        await cluster.Configure(cluster.V2("edgekms"));
        await cluster.Provider.Stop();
        await cluster.Provider.Serve(); // without KMS v1
        await cluster.Api.Restart();
        await cluster.AllAreAsWritten();
    }

    [Fact]
    public async Task Migrate_FromV1ToV2_LeavesNothingToV1AndLosesNoSecret()
    {
        const string Old = """
                  - kms:
                      name: old
                      endpoint: "unix://KMS_SOCKET"
                      timeout: 3s
                  - identity: {}
            """;
        await using var cluster = await MovingCluster.Start(Old, Secrets, ApiProgram.LiteWithV1, V1Setting.On);
        Assert.Equal(Secrets, await cluster.StoredWith(V1 + "old:"));

        var result = await cluster.Migrate("--from", "kms", "--to", "kms");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(0, await cluster.StoredWith(V1));
        Assert.Equal(Secrets, await cluster.StoredWith(V2));
        Assert.DoesNotContain("name: old", await File.ReadAllTextAsync(cluster.Config), StringComparison.Ordinal);
        await cluster.AllAreReadable();

        await cluster.Home.Stop();
        await cluster.Home.Serve(); // without KMS v1
        await cluster.RestartApiServer();
        await cluster.AllAreReadable();
    }
}
