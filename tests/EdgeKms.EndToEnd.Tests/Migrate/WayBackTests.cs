using System.Text;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Rescue;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>What the configuration was is never lost, and a datastore of another day becomes readable with it.</summary>
public sealed class WayBackTests
{
    private const string Kms = "k8s:enc:kms:v2:edgekms:";

    // Keys of a test.
    private const string OldKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private const string WithKey = $$"""
              - aescbc:
                  keys:
                    - name: key1
                      secret: {{OldKey}}
              - identity: {}
        """;

    [Fact]
    public async Task Migrate_Twice_KeepsEachFileAndReplacesNone()
    {
        await using var cluster = await MovingCluster.Start(WithKey, secrets: 5);
        var first = await File.ReadAllTextAsync(cluster.Config);

        await Must(cluster.Migrate("--to", "kms"));
        var second = await File.ReadAllTextAsync(cluster.Config);
        var afterOne = await Copies(cluster);
        Assert.Contains(first, afterOne.Values);

        await Must(cluster.Migrate("--to", "aescbc"));
        var third = await File.ReadAllTextAsync(cluster.Config);
        await Must(cluster.Migrate("--to", "kms"));
        var copies = await Copies(cluster);

        Assert.All(afterOne, c => Assert.Equal(c.Value, copies[c.Key]));
        Assert.Contains(second, copies.Values);
        Assert.Contains(third, copies.Values);
        Assert.DoesNotContain(OldKey, third, StringComparison.Ordinal);
        var history = await Must(cluster.Type($"edgekms migrate --history --encryption-config {cluster.Config}"));
        Assert.All(copies.Keys, c => Assert.Contains(c, history.Output, StringComparison.Ordinal));
        Assert.Contains("secrets: aescbc (key1), identity", history.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(OldKey, history.Output, StringComparison.Ordinal);
        await cluster.AllAreReadable();
    }

    [Fact]
    public async Task Migrate_DatastoreOfBefore_SaysWhichKeptFileReadsIt()
    {
        await using var cluster = await MovingCluster.Start(WithKey, secrets: 10);
        var snapshot = cluster.Home.At("before.db");
        await cluster.Store.Snapshot(snapshot);
        await Must(cluster.Migrate("--to", "kms"));
        Assert.Equal(10, await cluster.StoredWith(Kms));
        await cluster.PutBack(snapshot);
        var before = await File.ReadAllBytesAsync(cluster.Config);

        var refused = await cluster.Migrate("--to", "kms");

        Assert.True(refused.Exit == 3, refused.ToString());
        Assert.Contains("10 stored objects are not readable with", refused.Error, StringComparison.Ordinal);
        Assert.Matches("\\.before-migration-[12] has it", refused.Error);
        Assert.Equal(before, await File.ReadAllBytesAsync(cluster.Config));
        Assert.False(File.Exists(cluster.Journal));

        cluster.RestartsOnChange = true;
        var typed = await cluster.Type(Assert.Single(Advice.In(refused)));

        Assert.True(typed.Exit == 0, typed.ToString());
        Assert.Equal(10, await cluster.StoredWith(Kms));
        Assert.Equal(before, await File.ReadAllBytesAsync(cluster.Config));
        await cluster.AllAreReadable();
        Assert.Contains(
            "Nothing was to be done",
            (await Must(cluster.Migrate("--to", "kms"))).Output,
            StringComparison.Ordinal
        );
    }

    /// <summary>What proves nothing of this cluster: nothing is written for it.</summary>
    [Fact]
    public async Task Migrate_OtherDatastore_IsRefused()
    {
        await using var cluster = await MovingCluster.Start(WithKey, secrets: 5);
        await using var other = await EtcdServer.Start(cluster.Home.At("other"));
        var before = await File.ReadAllTextAsync(cluster.Config);
        await Refused(["--etcd-endpoints", other.Url], "it is empty");
        // Another cluster's, of another day.
        await other.Put("/registry/namespaces/kube-system", Encoding.ASCII.GetBytes("k8s\0 another uid"));
        await other.Put("/registry/secrets/default/s000", Encoding.ASCII.GetBytes("k8s:enc:kms:v2:edgekms:"));
        await Refused(["--etcd-endpoints", other.Url], "it is that of another cluster");
        // An old copy of its own.
        await cluster.Store.Snapshot(cluster.Home.At("copy.db"));
        await cluster.Create("later");
        await other.Restore(cluster.Home.At("copy.db"));
        await Refused(["--etcd-endpoints", other.Url], "it is a copy of it from another time");
        await Refused([.. cluster.Etcd, "--etcd-prefix", "/kubernetes.io"], "--etcd-prefix /registry");

        async Task Refused(string[] datastore, string reason)
        {
            var result = await RunningProcess.Run(
                Provider.CommandProgram.Path,
                cluster.Command(["--to", "kms", .. datastore, "--restart-command", cluster.RestartCommand])
            );
            Assert.True(result.Exit == 11, result.ToString());
            Assert.Contains(reason, result.Error, StringComparison.Ordinal);
            Assert.Equal(before, await File.ReadAllTextAsync(cluster.Config));
            Assert.False(File.Exists(cluster.Journal));
            Assert.Empty(await Copies(cluster));
            await cluster.AllAreReadable();
        }
    }

    private static async Task<CommandResult> Must(Task<CommandResult> running)
    {
        var result = await running;
        Assert.True(result.Exit == 0, result.ToString());
        return result;
    }

    private static async Task<Dictionary<string, string>> Copies(MovingCluster cluster)
    {
        var copies = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = Path.GetFileName(cluster.Config) + ".before-migration*";
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(cluster.Config)!, name))
            copies[file] = await File.ReadAllTextAsync(file);
        return copies;
    }
}
