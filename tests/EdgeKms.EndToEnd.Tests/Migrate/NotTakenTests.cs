using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>
/// A configuration that the API server does not take is put back, byte for byte, with the reason; then the way back and the way on are
/// both open.
/// </summary>
public sealed class NotTakenTests
{
    private const string Identity = "      - identity: {}";
    private const string Kms = "k8s:enc:kms:v2:edgekms:";
    private const int Secrets = 5;

    [Fact]
    public async Task Migrate_NoReloadAndNoRestartCommand_WritesNothing()
    {
        await using var cluster = await MovingCluster.Start(Identity, Secrets, ApiProgram.LiteWithoutReload);
        var before = await Files(cluster);

        var result = await cluster.Type($"edgekms migrate --to kms --encryption-config {cluster.Config}");

        Assert.Equal(3, result.Exit);
        Assert.Contains(
            "was started without --encryption-provider-config-automatic-reload=true",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("nothing was written", result.Error, StringComparison.Ordinal);
        Assert.Contains("--restart-command", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, await Files(cluster));
        await GoesOn(cluster);
    }

    [Fact]
    public async Task Migrate_RestartCommandThatRestartsNothing_IsPutBack()
    {
        await using var cluster = await MovingCluster.Start(Identity, Secrets, ApiProgram.LiteWithoutReload);

        await IsPutBack(
            cluster,
            "true",
            "still works with what it had before: the process that ran before the restart command runs on"
        );
        await GoesBack(cluster);
        await IsPutBack(cluster, "true", "still works with what it had before");
        await GoesOn(cluster);
    }

    [Fact]
    public async Task Migrate_SocketThatIsNotInTheApiServersFileSystem_WritesNothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, for a mount namespace");
        using var pod = new PrivateDirectory();
        await using var cluster = await MovingCluster.Start(Identity, Secrets, HiddenSocket(pod.At("is-mounted")));
        var before = await Files(cluster);

        var result = await cluster.Migrate("--to", "kms");
        Assert.SkipWhen(
            result.Exit == 0,
            "needs the right to mount, which a container may lack: the API server sees every directory"
        );

        Assert.Equal(3, result.Exit);
        Assert.Contains($"does not see {cluster.Home.KmsSocket}", result.Error, StringComparison.Ordinal);
        Assert.Contains("nothing was written", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, await Files(cluster));
        await cluster.AllAreReadable();

        await File.WriteAllTextAsync(pod.At("is-mounted"), "");
        await cluster.RestartApiServer();
        await GoesOn(cluster);
    }

    [Fact]
    public async Task Migrate_ProviderThatIsGoneAfterTheCheck_IsPutBack()
    {
        await using var cluster = await MovingCluster.Start(Identity, Secrets);
        cluster.RestartsUntilReady = false;
        var kill = $"kill -9 {cluster.Home.Daemon!.Pid}; {cluster.RestartCommand}";

        await IsPutBack(cluster, kill, "connect: connection refused");
        await GoesBack(cluster);
        await cluster.Home.Serve();
        kill = $"kill -9 {cluster.Home.Daemon!.Pid}; {cluster.RestartCommand}";
        await IsPutBack(cluster, kill, "kms-provider");
        await cluster.Home.Serve();
        await GoesOn(cluster);
    }

    /// <summary>As <c>systemctl restart</c> of an API server that ends at once with the new file.</summary>
    [Fact]
    public async Task Migrate_ApiServerThatDoesNotStartWithTheFile_IsPutBack()
    {
        await using var cluster = await MovingCluster.Start(Identity, Secrets);
        var restart =
            $"if grep -q kms: {cluster.Config}; then {cluster.StopCommand}; echo Job for kube-apiserver failed >&2; exit 1; fi; {cluster.RestartCommand}";

        await IsPutBack(cluster, restart, "Job for kube-apiserver failed");
        await GoesBack(cluster);
        await IsPutBack(cluster, restart, "Job for kube-apiserver failed");
        await GoesOn(cluster);
    }

    /// <summary>A file system of its own, as a pod has it, where the socket's directory is empty until a file is there.</summary>
    private static ApiProgram HiddenSocket(string mounted) =>
        ApiProgram.Lite with
        {
            Wrapper =
            [
                "/usr/bin/unshare",
                "--mount",
                "--propagation",
                "private",
                "/bin/sh",
                "-c",
                // The directory of --encryption-provider-config is the home, where the socket's is.
                """
                    for flag; do case $flag in --encryption-provider-config=*) file=${flag#*=} ;; esac; done
                    [ -e "$0" ] || mount -t tmpfs tmpfs "$(dirname "$file")/run"
                    exec "$@"
                    """,
                mounted,
            ],
        };

    private static async Task IsPutBack(MovingCluster cluster, string restart, string reason)
    {
        var before = await File.ReadAllBytesAsync(cluster.Config);
        var result = await cluster.Type(
            $"edgekms migrate --to kms --encryption-config {cluster.Config} --timeout 10s --restart-command '{restart}'"
        );

        Assert.True(result.Exit == 13, result.ToString());
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.Contains(
            "as it was before this step, everything stays readable",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(before, await File.ReadAllBytesAsync(cluster.Config));
        await cluster.AllAreReadable();
        await cluster.Create($"between-{Guid.CreateVersion7()}");
        Assert.Equal(0, await cluster.StoredWith(Kms));
    }

    /// <summary>At once: nothing is to be restarted for a file that is as it was.</summary>
    private static async Task GoesBack(MovingCluster cluster)
    {
        var before = await File.ReadAllBytesAsync(cluster.Config);
        var result = await cluster.Type($"edgekms migrate --abort --encryption-config {cluster.Config} --timeout 60s");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(before, await File.ReadAllBytesAsync(cluster.Config));
        Assert.False(File.Exists(cluster.Journal));
        await cluster.AllAreReadable();
    }

    private static async Task GoesOn(MovingCluster cluster)
    {
        var result = await cluster.Migrate("--to", "kms");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(0, await cluster.StoredWith("k8s\0"));
        Assert.False(File.Exists(cluster.Journal));
        await cluster.AllAreReadable();
    }

    /// <summary>The configuration with all that lies beside it, and its bytes.</summary>
    private static async Task<string> Files(MovingCluster cluster)
    {
        var beside = Directory.GetFiles(Path.GetDirectoryName(cluster.Config)!, Path.GetFileName(cluster.Config) + "*");
        return string.Join(' ', beside.Order(StringComparer.Ordinal))
            + Convert.ToHexString(await File.ReadAllBytesAsync(cluster.Config));
    }
}
