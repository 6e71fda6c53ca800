using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>Kubernetes before 1.34 does not name the configuration in force: a migration ends there as well.</summary>
public sealed class OldVersionTests
{
    private const string Read = """
              - identity: {}
              - kms: { apiVersion: v2, name: edgekms, endpoint: "unix://KMS_SOCKET", timeout: 3s }
        """;

    /// <summary>All at once: each waits for reloads that come once a minute.</summary>
    [Fact]
    public async Task Migrate_VersionsThatCountReloads_EndsWithTheirOwnReload()
    {
        await Task.WhenAll(new[] { 28, 29, 31 }.Select(Ends));

        static async Task Ends(int minor)
        {
            await using var cluster = await MovingCluster.Start(Read, secrets: 3);
            await using var front = OldVersion.InFrontOf(cluster.Api, minor);
            front.WriteKubeConfig(cluster.KubeConfig);

            await using var running = RunningProcess.Start(
                CommandProgram.Path,
                cluster.Command(["--to", "kms", .. cluster.Etcd])
            );
            var exit = await running.Ended(TimeSpan.FromMinutes(10));

            Assert.True(exit == 0, $"1.{minor}: {running.Output}{running.Error}");
            Assert.Equal(3, await cluster.StoredWith("k8s:enc:kms:v2:edgekms:"));
            Assert.Equal(2, await cluster.Api.Metric("apiserver_encryption_config_controller_automatic_reloads_total"));
            await cluster.RestartApiServer();
            await cluster.AllAreReadable();
        }
    }

    /// <summary>It tells nothing of reloads: only a restart after the file was written shows what it works with.</summary>
    [Fact]
    public async Task Migrate_VersionThatCountsNoReloads_EndsWithARestartCommandOnly()
    {
        await using var cluster = await MovingCluster.Start(Read, secrets: 3);
        await using var front = OldVersion.InFrontOf(cluster.Api, 27);
        front.WriteKubeConfig(cluster.KubeConfig);
        var before = await File.ReadAllTextAsync(cluster.Config);

        var silent = await cluster.Type($"edgekms migrate --to kms --encryption-config {cluster.Config} --timeout 5s");

        Assert.True(silent.Exit == 13, silent.ToString());
        Assert.Contains("Kubernetes v1.27.9 counts no reloads", silent.Error, StringComparison.Ordinal);
        Assert.Contains("--restart-command", silent.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(cluster.Config));
        await cluster.AllAreReadable();

        var result = await cluster.Migrate("--to", "kms");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(3, await cluster.StoredWith("k8s:enc:kms:v2:edgekms:"));
        await cluster.AllAreReadable();
    }
}
