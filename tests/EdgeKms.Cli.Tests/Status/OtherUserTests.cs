using System.Diagnostics;
using System.Net.Sockets;
using EdgeKms.Cli.Tests.Handover;

namespace EdgeKms.Cli.Tests.Status;

/// <summary>As a user who is no administrator.</summary>
public class OtherUserTests
{
    private static Process StartAsNobody(params string[] command)
    {
        string[] arguments = ["--reuid=65534", "--regid=65534", "--clear-groups", .. command];
        var start = new ProcessStartInfo("setpriv", arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = InstalledProgram.DotnetRoot;
        return Process.Start(start)!;
    }

    [Fact]
    public async Task Status_SocketOfAnotherUser_IsRefusedWithAHint()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can run a program as another user");
        using var reach = StartAsNobody("test", "-x", InstalledProgram.Path);
        await reach.WaitForExitAsync();
        Assert.SkipUnless(reach.ExitCode == 0, "another user can't reach the directory of the build");
        using var directory = new TemporaryDirectory();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(directory["a.sock"]));
        listener.Listen();
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(directory["a.sock"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var process = StartAsNobody(InstalledProgram.Path, "status", "--admin-socket", directory["a.sock"]);
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(
            $"edgekms: error: the admin socket {directory["a.sock"]} is for administrators\n"
                + "edgekms: hint: run the command with sudo\n",
            error
        );
        Assert.Equal(9, process.ExitCode);
    }
}
