using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>The file names the same provider at another socket.</summary>
public sealed class OtherSocketTests
{
    private const string Kms = "k8s:enc:kms:v2:edgekms:";

    private const string Elsewhere = """
              - kms: # the till's
                  apiVersion: v2
                  name: edgekms
                  endpoint: unix://HOME/elsewhere/kms.sock
                  timeout: 3s
        """;

    /// <summary>As <c>/var/run</c> is a link to <c>/run</c>.</summary>
    [Fact]
    public async Task Migrate_SocketThroughALink_IsReplacedInPlace()
    {
        await using var cluster = await MovingCluster.Start("      - identity: {}", secrets: 0);
        Directory.CreateSymbolicLink(cluster.Home.At("elsewhere"), cluster.Home.At("run"));
        await Is(cluster, Elsewhere);

        await Moves(cluster);
    }

    /// <summary><c>kms.socket</c> was moved, and edgekmsd started again: nobody listens any more where the file says.</summary>
    /// <param name="isRestarted">The API server was restarted since: it reads nothing until its file is mended.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Migrate_SocketThatWasMoved_IsReplacedInPlace(bool isRestarted)
    {
        await using var cluster = await MovingCluster.Start("      - identity: {}", secrets: 0);
        Directory.CreateSymbolicLink(cluster.Home.At("elsewhere"), cluster.Home.At("run"));
        await Is(cluster, Elsewhere);
        File.Delete(cluster.Home.At("elsewhere"));
        await cluster.Home.Stop();
        await cluster.Home.Serve();
        if (isRestarted)
        {
            cluster.RestartsUntilReady = false;
            Assert.Equal(0, (await cluster.Type(cluster.RestartCommand)).Exit);
        }
        await Eventually.Holds(
            "the API server sees that its provider is gone",
            async () => await cluster.Api.Try("/readyz") != System.Net.HttpStatusCode.OK
        );

        await Moves(cluster);
    }

    private static async Task Is(MovingCluster cluster, string providers)
    {
        var text = MovingCluster.Configuration(providers);
        await File.WriteAllTextAsync(cluster.Config, text.Replace("HOME", cluster.Home.At(), StringComparison.Ordinal));
        await cluster.RestartApiServer();
        for (var i = 0; i < 10; i++)
            await cluster.Create($"k{i:000}");
    }

    private static async Task Moves(MovingCluster cluster)
    {
        var before = await File.ReadAllTextAsync(cluster.Config);
        var stored = await cluster.StoredWith(Kms);

        var result = await cluster.Migrate("--to", "kms");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(
            before.Replace(
                $"unix://{cluster.Home.At("elsewhere")}/kms.sock",
                $"\"unix://{cluster.Home.KmsSocket}\"",
                StringComparison.Ordinal
            ),
            await File.ReadAllTextAsync(cluster.Config)
        );
        Assert.True(await cluster.StoredWith(Kms) >= stored);
        await cluster.RestartApiServer();
        await cluster.AllAreReadable();
    }
}
