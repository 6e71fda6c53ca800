using System.Net;
using System.Text;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>
/// From nothing to kms, to a key in the file, back, to another name and away again: with three entries and wildcards, resources of
/// one group in different versions, and an aggregated API that is down.
/// </summary>
public sealed class CircleTests
{
    private const string Configuration = """
        # the till's own file
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources:
          - resources:
              - secrets
            providers:
              - identity: {}
          - resources: # what others see
              - configmaps
              - '*.example.com'
            providers:
              - identity: {}
          - resources:
              - '*.*'
            providers:
              - identity: {}

        """;

    private static readonly CustomResource[] s_custom =
    [
        new("example.com", "things", "Thing", "v1", "v1alpha1"),
        // The group's preferred version, v1, does not serve these.
        new("example.com", "olds", "Old", "v1alpha1"),
        new("example.org", "gadgets", "Gadget", "v1beta1"),
    ];

    [Fact]
    public async Task Migrate_ThreeEntriesInAFullCircle_LeavesEveryObjectReadableAndUnderTheRightProvider()
    {
        await using var cluster = await MovingCluster.StartWith(Configuration);
        await Fill(cluster);
        await using var front = DownGroup.InFrontOf(cluster.Api);
        front.WriteKubeConfig(cluster.KubeConfig);
        var history = new List<byte[]>();

        await Leg(["--from", "identity", "--to", "kms"], Kms("edgekms"));
        await Leg(["--from", "kms", "--to", "aescbc"], Enumerable.Repeat("k8s:enc:aescbc:v1:edgekms:", 3));
        await Leg(["--from", "aescbc", "--to", "kms"], Kms("edgekms"));
        await Leg(["--from", "kms", "--to", "kms", "--provider-name", "till"], Kms("till"));
        await Leg(["--from", "kms", "--to", "identity", "--provider-name", "till"], Enumerable.Repeat("", 3));

        async Task Leg(string[] goal, IEnumerable<string> prefixes)
        {
            var before = await File.ReadAllBytesAsync(cluster.Config);
            var result = await cluster.Migrate(goal);

            // Its last step was a restart with the file as it is now.
            Assert.True(result.Exit == 0, result.ToString());
            Assert.EndsWith("] Done\n", result.Output, StringComparison.Ordinal);
            Assert.Contains(
                "Not answering, and stored by another API server: metrics.example.net",
                result.Output,
                StringComparison.Ordinal
            );
            await cluster.AllAreReadable();
            await AllAreUnder(cluster, [.. prefixes]);
            Assert.False(File.Exists(cluster.Journal));
            Assert.Contains("# what others see", await File.ReadAllTextAsync(cluster.Config), StringComparison.Ordinal);
            history.Add(before);
            await HistoryHas(cluster, history);
        }
    }

    private static IEnumerable<string> Kms(string name) =>
        new[] { name, name + "-2", name + "-3" }.Select(n => $"k8s:enc:kms:v2:{n}:");

    private static async Task Fill(MovingCluster cluster)
    {
        foreach (var resource in s_custom)
            await cluster.Api.Send(HttpMethod.Post, CustomResource.Definitions, resource.Definition());
        foreach (var resource in s_custom)
        {
            await Eventually.Holds(
                $"{resource.Plural} are served",
                async () => await cluster.Api.Try(resource.Collection) == HttpStatusCode.OK
            );
        }
        for (var i = 0; i < 12; i++)
        {
            await cluster.Create($"s{i:000}");
            await cluster.Create(
                "/api/v1/namespaces/default/configmaps",
                ApiServer.Manifest("ConfigMap", $"c{i:000}", $"value {i}", encode: false)
            );
            foreach (var resource in s_custom)
                await cluster.Create(resource.Collection, resource.Instance($"o{i:000}", $"value {i}"));
        }
    }

    /// <summary>Everything that etcd holds, whatever it is.</summary>
    private static async Task AllAreUnder(MovingCluster cluster, string[] prefixes)
    {
        var stored = await cluster.Store.List("/registry/");
        Assert.Equal(60, stored.Keys.Count(k => k.Contains("/default/", StringComparison.Ordinal)));
        foreach (var (key, value) in stored)
        {
            var wanted =
                key.StartsWith("/registry/secrets/", StringComparison.Ordinal) ? prefixes[0]
                : key.StartsWith("/registry/configmaps/", StringComparison.Ordinal)
                || key.StartsWith("/registry/example.com/", StringComparison.Ordinal)
                    ? prefixes[1]
                : prefixes[2];
            var isRight =
                wanted.Length > 0
                    ? value.AsSpan().StartsWith(Encoding.ASCII.GetBytes(wanted))
                    : !value.AsSpan().StartsWith("k8s:enc:"u8);
            Assert.True(isRight, $"{key} is not under {wanted}: {Encoding.ASCII.GetString(value[..30])}");
        }
    }

    private static async Task HistoryHas(MovingCluster cluster, List<byte[]> texts)
    {
        var listed = await cluster.Type($"edgekms migrate --history --encryption-config {cluster.Config}");
        Assert.Equal(0, listed.Exit);
        var copies = Directory
            .GetFiles(Path.GetDirectoryName(cluster.Config)!, Path.GetFileName(cluster.Config) + ".before-migration-*")
            .Where(c => listed.Output.Contains(c + "  ", StringComparison.Ordinal))
            .Select(File.ReadAllBytes)
            .ToList();
        Assert.All(texts, text => Assert.Contains(copies, c => c.AsSpan().SequenceEqual(text)));
    }
}
