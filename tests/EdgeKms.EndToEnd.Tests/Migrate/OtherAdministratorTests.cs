using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>Somebody else adds an entry to the configuration while a migration is under way.</summary>
public sealed class OtherAdministratorTests
{
    private const string Plain = "k8s\0";
    private const string Kms = "k8s:enc:kms:v2:edgekms:";
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    // A key of a test.
    private const string Entry = """
          - resources:
              - configmaps
            providers:
              - secretbox:
                  keys:
                    - name: others
                      secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
              - identity: {}

        """;

    [Theory]
    [InlineData("rewrite", "on")]
    [InlineData("rewrite", "back")]
    [InlineData("wait", "on")]
    [InlineData("wait", "back")]
    public async Task Migrate_FileChangedByAnother_StopsAndLeavesTheChange(string during, string then)
    {
        await using var cluster = await MovingCluster.Start("      - identity: {}", secrets: 20);
        var entry = cluster.Home.At("entry");
        await File.WriteAllTextAsync(entry, Entry);
        var edits = 0;
        await using var front = new ApiFront(cluster.Api)
        {
            // The first object that is stored anew: the rewrite is under way.
            Before = async (method, _) =>
            {
                if (method == "PATCH" && during == "rewrite" && Interlocked.Increment(ref edits) == 1)
                    await File.AppendAllTextAsync(cluster.Config, Entry);
                return null;
            },
        };
        front.WriteKubeConfig(cluster.KubeConfig);
        // Right after the file was written, before the API server has it.
        var edit = $"cat {entry} >>{cluster.Config}; {cluster.RestartCommand}";
        var restart = during == "wait" ? edit : cluster.RestartCommand;

        var stopped = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Command(["--to", "kms", .. cluster.Etcd, "--timeout", "10s", "--restart-command", restart])
        );

        Assert.True(stopped.Exit == 3, stopped.ToString());
        Assert.Contains("was changed by somebody else", stopped.Error, StringComparison.Ordinal);
        Assert.EndsWith(Entry, await File.ReadAllTextAsync(cluster.Config), StringComparison.Ordinal);
        await cluster.RestartApiServer();
        await cluster.Create(ConfigMaps, ApiServer.Manifest("ConfigMap", "theirs", "a value", encode: false));
        await IsTheirs();
        await cluster.AllAreReadable();

        var next = then == "on" ? await cluster.Migrate("--to", "kms") : await cluster.Migrate("--abort");

        Assert.True(next.Exit == 0, next.ToString());
        Assert.False(File.Exists(cluster.Journal));
        await cluster.AllAreReadable();
        if (then == "on")
        {
            Assert.Equal(0, await cluster.StoredWith(Plain));
            Assert.StartsWith("k8s:enc:kms:v2:edgekms-2:", await Theirs(), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(0, await cluster.StoredWith(Kms));
            Assert.EndsWith(Entry, await File.ReadAllTextAsync(cluster.Config), StringComparison.Ordinal);
            await IsTheirs();
        }

        async Task IsTheirs() =>
            Assert.StartsWith("k8s:enc:secretbox:v1:others:", await Theirs(), StringComparison.Ordinal);

        async Task<string> Theirs() =>
            System.Text.Encoding.Latin1.GetString((await cluster.Store.Get("/registry/configmaps/default/theirs"))!);
    }
}
