using System.Net.Sockets;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Sockets;

/// <summary>Mode, directory, what lies there already, and who may connect.</summary>
public sealed class SocketRulesTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Group = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    [Fact]
    public async Task Sockets_UnderAnOpenUmask_AreForTheirOwnerOnly()
    {
        await using var home = await ProviderHome.Create();
        home.Start("/bin/sh", ["-c", "umask 0; exec \"$0\" \"$@\"", DaemonProgram.Path, "serve", .. home.Settings]);
        await home.Listening();

        Assert.Equal(Owner, File.GetUnixFileMode(home.KmsSocket));
        Assert.Equal(Owner, File.GetUnixFileMode(home.AdminSocket));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(home.At("run")));
    }

    [Fact]
    public async Task KmsSocket_WithAGroup_IsForTheGroupAndAdminIsNot()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to give the socket to another group");
        await using var home = await ProviderHome.Serving("--kms-group", "65534");

        Assert.Equal(Group, File.GetUnixFileMode(home.KmsSocket));
        Assert.Equal(Owner, File.GetUnixFileMode(home.AdminSocket));
        Assert.Equal("65534\n", (await RunningProcess.Run("/usr/bin/stat", ["-c", "%g", home.KmsSocket])).Output);
    }

    [Fact]
    public async Task Peer_WhomTheModeLetsIn_NeedsTheAllowList()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Serving("--kms-group", "65534");
        var refused = await OtherUser.KmsStatus(home.KmsSocket);
        await home.Stop();
        await home.Serve("--kms-group", "65534", "--kms-allowed-uids", "65534");
        var allowed = await OtherUser.KmsStatus(home.KmsSocket);
        var admin = await OtherUser.Get(home.AdminSocket, "/v1/status");

        Assert.Empty(refused.Output);
        Assert.Contains("curl:", refused.Error, StringComparison.Ordinal);
        Assert.Contains("refused a connection to the kms socket from user 65534", home.Log, StringComparison.Ordinal);
        Assert.Contains(await home.ActiveKey(), allowed.Output, StringComparison.Ordinal);
        Assert.Equal(7, admin.Exit);
    }

    [Theory]
    [InlineData("777")]
    [InlineData("770")]
    [InlineData("1777")]
    public async Task Directory_WritableByOthers_IsRefused(string mode)
    {
        await using var home = await ProviderHome.Create();
        Directory.CreateDirectory(home.At("run"));
        await RunningProcess.Run("/bin/chmod", [mode, home.At("run")]);

        var result = await home.Run(["serve"]);

        Assert.True(result.Exit == 8, result.ToString());
        Assert.Contains("is writable by others than its owner", result.Error, StringComparison.Ordinal);
        Assert.Contains("edgekms: hint: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(home.At("run")));
    }

    [Fact]
    public async Task Directory_OfAnotherUser_IsRefused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to make another user's directory");
        await using var home = await ProviderHome.Create();
        Directory.CreateDirectory(home.At("run"));
        await RunningProcess.Run("/bin/chown", ["65534", home.At("run")]);

        var result = await home.Run(["serve"]);

        Assert.True(result.Exit == 8, result.ToString());
        Assert.Contains("belongs to user 65534", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("directory")]
    [InlineData("file")]
    [InlineData("link to a file")]
    [InlineData("link to a socket")]
    public async Task Path_HeldBySomethingElse_IsRefusedAndUntouched(string what)
    {
        await using var home = await ProviderHome.Create();
        Directory.CreateDirectory(home.At("run"), Owner | UnixFileMode.UserExecute);
        var target = home.At("target");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (what == "directory")
        {
            Directory.CreateDirectory(home.KmsSocket);
            await File.WriteAllTextAsync(Path.Combine(home.KmsSocket, "inside"), "kept");
        }
        else if (what == "file")
        {
            await File.WriteAllTextAsync(home.KmsSocket, "kept");
        }
        else
        {
            if (what == "link to a socket")
                socket.Bind(new UnixDomainSocketEndPoint(target));
            else
                await File.WriteAllTextAsync(target, "kept");
            File.CreateSymbolicLink(home.KmsSocket, target);
        }

        var result = await home.Run(["serve"]);

        Assert.True(result.Exit == 3, result.ToString());
        Assert.Contains("is not a socket", result.Error, StringComparison.Ordinal);
        var kept = what switch
        {
            "directory" => Path.Combine(home.KmsSocket, "inside"),
            "file" => home.KmsSocket,
            _ => target,
        };
        Assert.True(File.Exists(kept));
        if (what != "link to a socket")
            Assert.Equal("kept", await File.ReadAllTextAsync(kept));
        Assert.Equal(
            what.StartsWith("link", StringComparison.Ordinal) ? target : null,
            new FileInfo(home.KmsSocket).LinkTarget
        );
    }

    [Fact]
    public async Task StaleSocket_OfAKilledDaemon_IsReplaced()
    {
        await using var home = await ProviderHome.Serving();
        await home.Kill();
        Assert.True(File.Exists(home.KmsSocket) && File.Exists(home.AdminSocket));

        await home.Serve();

        using var kms = home.Kms();
        Assert.Equal("ok", (await kms.Status()).Healthz);
        Assert.Equal(home.Daemon!.Pid, (await home.Status()).Daemon!.Pid);
    }

    [Fact]
    public async Task SecondDaemon_OnTheSameRing_IsRefusedWithoutTakingTheSocket()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        await kms.Status();

        var second = await home.Run(["serve"]);

        Assert.True(second.Exit == 10, second.ToString());
        Assert.Contains("edgekms: hint: ", second.Error, StringComparison.Ordinal);
        using var fresh = home.Kms();
        Assert.Equal("ok", (await fresh.Status()).Healthz);
        Assert.Equal(home.Daemon!.Pid, (await home.Status()).Daemon!.Pid);
    }

    [Fact]
    public async Task SecondDaemon_WithAnotherRing_TakesNoSocketThatAnswers()
    {
        await using var home = await ProviderHome.Serving();
        await using var other = await ProviderHome.Create();
        foreach (var shared in new[] { ("--kms-socket", home.KmsSocket), ("--admin-socket", home.AdminSocket) })
        {
            var result = await RunningProcess.Run(
                DaemonProgram.Path,
                [
                    "serve",
                    "--state-directory",
                    other.State,
                    "--kms-socket",
                    shared.Item1 == "--kms-socket" ? shared.Item2 : other.KmsSocket,
                    "--admin-socket",
                    shared.Item1 == "--admin-socket" ? shared.Item2 : other.AdminSocket,
                ]
            );
            Assert.True(result.Exit == 10, result.ToString());
            Assert.Contains("another process listens", result.Error, StringComparison.Ordinal);
        }
        using var kms = home.Kms();
        Assert.Equal(await home.ActiveKey(), (await kms.Status()).KeyId);
        Assert.False(File.Exists(other.KmsSocket), "a socket that nobody serves was left");
    }
}
