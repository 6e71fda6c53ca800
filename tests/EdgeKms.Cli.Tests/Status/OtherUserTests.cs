using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
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
        using var reach = StartAsNobody("test", "-r", RuntimeEnvironment.GetRuntimeDirectory());
        await reach.WaitForExitAsync();
        Assert.SkipUnless(reach.ExitCode == 0, "another user can't reach the .NET runtime");
        // The clone may lie in a folder that only its owner reaches.
        using var copy = new TemporaryDirectory();
        File.SetUnixFileMode(copy.Path, (UnixFileMode)0b111_101_101);
        var edgekms = InstalledProgram.CopyTo(copy.Path);
        using var directory = new TemporaryDirectory();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(directory["a.sock"]));
        listener.Listen();
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(directory["a.sock"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var process = StartAsNobody(edgekms, "status", "--admin-socket", directory["a.sock"]);
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
