using System.Diagnostics;

namespace EdgeKms.Cli.Tests.Handover;

public class ProcessImageTests
{
    [Theory]
    [InlineData("init")]
    [InlineData("rotate")]
    [InlineData("repair")]
    public async Task KeyCommand_Arguments_ReachTheDaemonAsTyped(string command)
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("printf '<%s>' $$ \"$@\"; cat; exit 7");
        using var process = InstalledProgram.Start(
            bin.Path,
            command,
            "--config=a b.json",
            "--kms-max-streams",
            "300",
            "--passphrase-file",
            "-",
            "-o",
            "json"
        );
        await process.StandardInput.WriteAsync("typed on the terminal");
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(
            $"<{process.Id}><{command}><--config=a b.json><--kms-max-streams><300><--passphrase-file><-><-o><json>typed on the terminal",
            output
        );
        Assert.Equal(7, process.ExitCode);
    }

    [Theory]
    [InlineData("audit-log show --tail 3")]
    [InlineData("audit-log verify -o json")]
    public async Task KeyCommand_OfAGroup_ReachesTheDaemonAsTyped(string command)
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("printf '<%s>' \"$@\"; exit 7");
        using var process = InstalledProgram.Start(bin.Path, command.Split(' '));
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal($"<{command.Replace(" ", "><")}>", output);
        Assert.Equal(7, process.ExitCode);
    }

    [Fact]
    public async Task KeyCommand_WrongUsage_NeverReachesTheDaemon()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon($"touch '{bin["called"]}'");
        Assert.Equal(2, (await Run.OfAsync(["init", "--kdf", "md5"], bin.Path)).ExitCode);
        Assert.Equal(0, (await Run.OfAsync(["init", "--help"], bin.Path)).ExitCode);
        Assert.False(File.Exists(bin["called"]));
    }

    [Fact]
    public async Task KeyCommand_DaemonThatIsNoProgram_IsAnErrorPair()
    {
        using var bin = new TemporaryDirectory();
        File.WriteAllText(bin["edgekmsd"], "\u007fELF");
        File.SetUnixFileMode(bin["edgekmsd"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var run = await Run.OfAsync(["rotate"], bin.Path);
        Assert.Equal(8, run.ExitCode);
        Assert.Matches("^edgekms: error: .*can't be started: .+\nedgekms: hint: .+\n$", run.Error);
    }

    [Fact]
    public async Task Status_CtrlC_Exits130()
    {
        using var directory = new TemporaryDirectory();
        using var silent = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified
        );
        silent.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(directory["a.sock"]));
        silent.Listen();
        using var process = InstalledProgram.Start(directory.Path, "status", "--admin-socket", directory["a.sock"]);
        using var accepted = await silent.AcceptAsync();
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -INT {process.Id}"]); // a program kill needs procps
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
    }
}
