using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.ControlPlane;

/// <summary>What <c>edgekms up</c> refuses: the pair of message and hint, the exit code, and that nothing runs afterwards.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task SecondUp_OnOneState_IsRefusedAndTheFirstGoesOn()
    {
        await using var cluster = await LocalCluster.Running();
        var second = await cluster.Run();
        Assert.Equal(10, second.Exit);
        Assert.Contains($"another \"edgekms up\" runs on {cluster.State}", second.Error);
        await cluster.CreateSecret("a", "b");
    }

    [Fact]
    public async Task NoRing_IsRefusedAndNothingIsMade()
    {
        await using var cluster = await LocalCluster.Create();
        Directory.Delete(cluster.Home.State, recursive: true);
        var result = await cluster.Run();
        Refused(cluster, result, 6, "there is no key ring in " + cluster.Home.State, "edgekms init");
        Assert.False(Directory.Exists(cluster.State));
    }

    [Fact]
    public async Task NoDaemon_AndNoneRuns_IsRefused()
    {
        await using var cluster = await LocalCluster.Create();
        var result = await cluster.Run("--no-daemon");
        Refused(cluster, result, 11, "nothing answers at " + cluster.Home.KmsSocket, "--no-daemon");
        Assert.False(Directory.Exists(cluster.State));
    }

    [Theory]
    [InlineData("--api-port", "kube-apiserver")]
    [InlineData("--etcd-port", "etcd")]
    [InlineData("--etcd-peer-port", "etcd's peers")]
    public async Task Port_Taken_IsNamedWithItsFlag(string flag, string owner)
    {
        await using var cluster = await LocalCluster.Create();
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Any, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        string[] arguments = [.. cluster.Arguments().Where(a => !a.StartsWith(flag, StringComparison.Ordinal))];
        var result = await RunningProcess.Run(CommandProgram.Path, [.. arguments, flag, port]);
        Refused(cluster, result, 10, $"port {port} of 127.0.0.1, which is for {owner}, is taken", flag);
    }

    [Fact]
    public async Task Port_GivenTwice_IsRefused()
    {
        await using var cluster = await LocalCluster.Create();
        var port = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        string[] arguments = [.. cluster.Arguments().Where(a => !a.EndsWith("-port=0", StringComparison.Ordinal))];
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            [.. arguments, "--api-port", port, "--etcd-port", port]
        );
        Refused(cluster, result, 2, $"port {port} is given twice", "three ports");
    }

    [Theory]
    [InlineData("etcd")]
    [InlineData("kube-apiserver")]
    public async Task Program_MissingInItsDirectory_IsNamed(string missing)
    {
        await using var cluster = await LocalCluster.Create();
        var bin = Directory.CreateDirectory(cluster.Home.At("bin")).FullName;
        foreach (var name in new[] { "etcd", "kube-apiserver" }.Where(n => n != missing))
            Script(Path.Combine(bin, name), "exec sleep 600");
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            ["up", "--state", cluster.State, "--bin-dir", bin, .. cluster.Home.Settings]
        );
        Refused(cluster, result, 2, $"{missing} was not found in {bin}", "--bin-dir");
        Assert.False(Directory.Exists(cluster.State));
    }

    [Fact]
    public async Task ApiServer_ThatNeverGetsReady_IsToldWithItsLogAndNothingIsLeft()
    {
        await using var cluster = await LocalCluster.Create();
        var bin = Directory.CreateDirectory(cluster.Home.At("bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "etcd"), Testbed.Program("etcd"));
        Script(Path.Combine(bin, "kube-apiserver"), "echo waiting for a miracle >&2; exec sleep 600");
        string[] arguments = [.. cluster.Arguments("--ready-timeout", "30s")];
        arguments[Array.IndexOf(arguments, Testbed.Bin!)] = bin;
        var result = await RunningProcess.Run(CommandProgram.Path, arguments);

        Refused(
            cluster,
            result,
            1,
            "kube-apiserver was not ready within 30 s: nothing answers",
            cluster.State + "/logs/kube-apiserver.log"
        );
        Assert.Contains("waiting for a miracle", result.Output);
        Assert.Matches("(?s)Stopping kube-apiserver\n.*Stopping etcd\n.*Stopping edgekmsd\n", result.Output);
    }

    [Fact]
    public async Task ApiServer_ThatEndsAtOnce_IsToldWithItsLogAndNothingIsLeft()
    {
        await using var cluster = await LocalCluster.Create();
        var bin = Directory.CreateDirectory(cluster.Home.At("bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "etcd"), Testbed.Program("etcd"));
        Script(Path.Combine(bin, "kube-apiserver"), "echo unknown flag >&2; exit 3");
        string[] arguments = [.. cluster.Arguments("--ready-timeout", "30s")];
        arguments[Array.IndexOf(arguments, Testbed.Bin!)] = bin;
        var result = await RunningProcess.Run(CommandProgram.Path, arguments);

        Refused(cluster, result, 1, "kube-apiserver was not ready within 30 s", "logs/kube-apiserver.log");
        Assert.Contains("kube-apiserver ended with code 3; starting it again in 1 s", result.Output);
        Assert.Contains("  unknown flag", result.Output);
    }

    [Fact]
    public async Task ApiServer_WhoseProviderDoesNotAnswer_IsToldByItsFailingChecks()
    {
        await using var cluster = await LocalCluster.Create();
        var wrong = cluster.Home.At("wrong.yaml");
        string[] arguments = [.. cluster.Arguments("--ready-timeout", "30s")];
        var file = arguments[Array.IndexOf(arguments, "--encryption-config") + 1];
        await File.WriteAllTextAsync(
            wrong,
            (await File.ReadAllTextAsync(file)).Replace(cluster.Home.KmsSocket, cluster.Home.At("nobody.sock"))
        );
        arguments[Array.IndexOf(arguments, file)] = wrong;
        var result = await RunningProcess.Run(CommandProgram.Path, arguments);

        Refused(cluster, result, 1, "kube-apiserver was not ready within 30 s", "logs/kube-apiserver.log");
        Assert.Contains($"Note: it does not name the socket {cluster.Home.KmsSocket}", result.Output);
    }

    [Fact]
    public async Task State_OpenToOthers_IsRefusedAndStaysAsItIs()
    {
        await using var cluster = await LocalCluster.Create();
        Directory.CreateDirectory(cluster.State);
        File.SetUnixFileMode(cluster.State, (UnixFileMode)0b111_101_101);
        Refused(cluster, await cluster.Run(), 9, "is open to other users", "--state");
        Assert.Empty(Directory.GetFileSystemEntries(cluster.State));
        Directory.Delete(cluster.State);
    }

    [Fact]
    public async Task State_ThatIsAFile_IsRefused()
    {
        await using var cluster = await LocalCluster.Create();
        await File.WriteAllTextAsync(cluster.State, "");
        File.SetUnixFileMode(cluster.State, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Refused(cluster, await cluster.Run(), 8, $"the state directory {cluster.State} can't be used", "directory");
        File.Delete(cluster.State);
    }

    [Fact]
    public async Task User_WithoutARightToTheProvider_IsToldSo()
    {
        OtherUser.Require();
        await using var cluster = await LocalCluster.Create();
        await cluster.Home.Serve();
        var result = await OtherUser.Run(
            CommandProgram.Path,
            ["up", "--state", cluster.State, "--bin-dir", Programs(cluster), .. cluster.Home.Settings]
        );
        Refused(cluster, result, 9, "may not connect to " + cluster.Home.KmsSocket, "root", daemonRuns: true);
        Assert.Equal(0, await cluster.Home.Stop());
    }

    [Fact]
    public async Task User_WithoutARightToTheState_IsToldSo()
    {
        OtherUser.Require();
        await using var cluster = await LocalCluster.Create();
        var own = Directory.CreateDirectory(cluster.Home.At("own")).FullName;
        await RunningProcess.Run("/bin/chown", [$"{OtherUser.Uid}", own]);
        string[] settings =
        [
            "--state-directory",
            own + "/ring",
            "--kms-socket",
            own + "/kms",
            "--admin-socket",
            own + "/a",
        ];
        string[] init = ["init", "--kdf", "pbkdf2", "--passphrase-file", "-", "--recovery-code-file", own + "/code"];
        var made = await RunningProcess.Run(
            "/usr/bin/setpriv",
            [.. OtherUser.Become(), OtherUser.Reachable(DaemonProgram.Path), .. init, .. settings],
            input: cluster.Home.Passphrase
        );
        Assert.True(made.Exit == 0, made.ToString());
        const string State = "/edgekms-local-of-nobody";
        var result = await OtherUser.Run(
            CommandProgram.Path,
            ["up", "--state", State, "--bin-dir", Programs(cluster), .. settings]
        );
        Refused(cluster, result, 9, $"the state directory {State} can't be used", "--state");
        Assert.False(Directory.Exists(State));
    }

    /// <summary>A directory that another user may read, with programs that are never started.</summary>
    private static string Programs(LocalCluster cluster)
    {
        var bin = Directory.CreateDirectory(cluster.Home.At("bin")).FullName;
        Script(Path.Combine(bin, "etcd"), "exit 1");
        Script(Path.Combine(bin, "kube-apiserver"), "exit 1");
        return bin;
    }

    private static void Script(string path, string text)
    {
        File.WriteAllText(path, "#!/bin/sh\n" + text + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    private static void Refused(
        LocalCluster cluster,
        CommandResult result,
        int exit,
        string message,
        string hint,
        bool daemonRuns = false
    )
    {
        Assert.True(result.Exit == exit, result.ToString());
        var lines = result.Error.Split('\n');
        Assert.Contains(lines, l => l.StartsWith("edgekms: error: ", StringComparison.Ordinal) && l.Contains(message));
        Assert.Contains(lines, l => l.StartsWith("edgekms: hint: ", StringComparison.Ordinal) && l.Contains(hint));
        Assert.Equal(daemonRuns ? 1 : 0, cluster.Processes().Count);
    }
}
