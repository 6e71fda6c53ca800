using System.Net;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Migrate;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Verify;

/// <summary>
/// etcd is put back to a snapshot of before a migration, on a real API server: the file of today has no provider for what is stored. The
/// configuration and a probe of today's are in order all the while.
/// </summary>
public sealed class RestoredDatastoreTests
{
    private const int Secrets = 5;

    private const string LocalKey = """
              - aescbc:
                  keys:
                    - name: key1
                      secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
              - identity: {}
        """;

    [Fact]
    public async Task Verify_AfterARestoreToBeforeAMigration_NamesTheCommandThatReadsEverythingAgain()
    {
        await using var cluster = await MovingCluster.Start(LocalKey, Secrets);
        var snapshot = cluster.Home.At("snapshot.db");
        await Etcdctl($"--endpoints={cluster.Etcd[1]}", "snapshot", "save", snapshot);
        var migrated = await cluster.Migrate("--to", "kms");
        Assert.True(migrated.Exit == 0, migrated.ToString());
        var before = await Verify(cluster, cluster.Home.At("kubeconfig"), cluster.Etcd[1]);
        Assert.True(before.Exit == 0, before.ToString());
        Assert.Contains("[+]configuration-in-force: ", before.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"[+]stored-objects: {cluster.Config} has the provider of each of ",
            before.Output,
            StringComparison.Ordinal
        );

        var restored = cluster.Home.At("restored");
        await Etcdctl("snapshot", "restore", snapshot, $"--data-dir={restored}");
        await using var etcd = await EtcdServer.Start(restored);
        Directory.CreateDirectory(cluster.Home.At("second"));
        await using var api = new ApiServer(cluster.Home.At("second"), etcd.Url, cluster.Config);
        api.Start();
        await Eventually.Holds("the API server lives", async () => await api.Try("/livez") == HttpStatusCode.OK);
        var kubeConfig = api.KubeConfig("kubeconfig");
        await Assert.ThrowsAsync<HttpRequestException>(() => api.Read("s000"));

        var found = await Verify(cluster, kubeConfig, etcd.Url);

        Assert.True(found.Exit == 13, found.ToString());
        Assert.Contains(
            $"[-]stored-objects: {Secrets} stored objects are not readable with {cluster.Config}, such as /registry/secrets/default/s000\n"
                + "     cause: stored with aescbc \"key1\", which no provider of the configuration reads\n"
                + $"     next: edgekms migrate --to kms --encryption-config {cluster.Config} --readers-from {cluster.Config}.before-migration-",
            found.Output,
            StringComparison.Ordinal
        );
        Assert.EndsWith("not verified: 1 check failed, 1 skipped\n", found.Output, StringComparison.Ordinal);
        // Everything that looks at the file and at a probe is well.
        foreach (
            var check in new[]
            {
                "encryption-config",
                "configuration-in-force",
                "probe-secret",
                "stored-value",
                "key-id",
            }
        )
            Assert.Contains($"\n[+]{check}: ", found.Output, StringComparison.Ordinal);

        var next = found
            .Output.Split('\n')
            .Single(l => l.Contains("next: ", StringComparison.Ordinal))
            .Split("next: edgekms ")[1];
        string[] typed = [.. next.Split(' '), "--kubeconfig", kubeConfig, "--etcd-endpoints", etcd.Url];
        var back = await RunningProcess.Run(CommandProgram.Path, [.. typed, .. cluster.Home.Settings]);

        Assert.True(back.Exit == 0, back.ToString());
        for (var i = 0; i < Secrets; i++)
            Assert.Equal(cluster.ValueOf($"s{i:000}"), await api.Read($"s{i:000}"));
        Assert.All(
            (await etcd.List("/registry/secrets/default/")).Values,
            v => Assert.StartsWith("k8s:enc:kms:v2:edgekms:", System.Text.Encoding.ASCII.GetString(v))
        );
        var after = await Verify(cluster, kubeConfig, etcd.Url);
        Assert.True(after.Exit == 0, after.ToString());
    }

    private static Task<CommandResult> Verify(MovingCluster cluster, string kubeConfig, string etcd) =>
        RunningProcess.Run(
            CommandProgram.Path,
            [
                "verify",
                "--kubeconfig",
                kubeConfig,
                "--etcd-endpoints",
                etcd,
                "--encryption-config",
                cluster.Config,
                .. cluster.Home.Settings,
            ]
        );

    private static async Task Etcdctl(params string[] arguments)
    {
        var result = await RunningProcess.Run(Testbed.Program("etcdctl"), arguments);
        Assert.True(result.Exit == 0, result.ToString());
    }
}
