using EdgeKms.Cli.Handover;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Tests.Handover;

public class DaemonProcessTests
{
    [Fact]
    public async Task Ask_Child_GetsArgumentsAndEmptyInput()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("cat; printf '<%s>' \"$@\"; exit 3");
        var answer = await DaemonProcess.AskAsync(bin["edgekmsd"], ["a b", "", "-c"], TimeProvider.System, default);
        Assert.Equal("<a b><><-c>", System.Text.Encoding.UTF8.GetString(answer.Output.Span));
        Assert.Equal(3, answer.ExitCode);
    }

    [Fact]
    public async Task Ask_NotAProgram_IsIo()
    {
        using var bin = new TemporaryDirectory();
        File.WriteAllText(bin["edgekmsd"], "\u007fELF");
        File.SetUnixFileMode(bin["edgekmsd"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var refused = await Assert.ThrowsAsync<CommandException>(() =>
            DaemonProcess.AskAsync(bin["edgekmsd"], [], TimeProvider.System, default)
        );
        Assert.Equal(ExitCode.Io, refused.ExitCode);
    }

    [Fact]
    public async Task Ask_Cancelled_EndsTheChild()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon($"echo $$ > '{bin["pid"]}'; exec sleep 60");
        using var cancel = new CancellationTokenSource();
        var asked = DaemonProcess.AskAsync(bin["edgekmsd"], [], TimeProvider.System, cancel.Token);
        while (!File.Exists(bin["pid"]) || File.ReadAllText(bin["pid"]).Length == 0)
            await Task.Delay(10);
        var pid = File.ReadAllText(bin["pid"]).Trim();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        for (var i = 0; i < 12_000 && IsAlive(pid); i++)
            await Task.Delay(10);
        Assert.False(IsAlive(pid));
    }

    private static bool IsAlive(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z");
        }
        catch (IOException)
        {
            return false;
        }
    }
}
