using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests;

public class ShellCommandTests
{
    [Fact]
    public async Task Run_CommandEndsWith0_Returns()
    {
        var file = Path.GetTempFileName();

        await Command($"echo \"a b\" >'{file}'").RunAsync(CancellationToken.None);

        Assert.Equal("a b\n", await File.ReadAllTextAsync(file));
        File.Delete(file);
    }

    [Fact]
    public async Task Run_CommandFails_TellsCodeAndOutput()
    {
        var error = await Assert.ThrowsAsync<ConformanceException>(() =>
            Command("echo first; echo second >&2; exit 7").RunAsync(CancellationToken.None)
        );

        Assert.Contains("code 7", error.Message);
        Assert.Contains("first", error.Message);
        Assert.Contains("second", error.Message);
    }

    [Fact]
    public async Task Run_CommandFailsWithMuchOutput_TellsTheFirstPart()
    {
        var error = await Assert.ThrowsAsync<ConformanceException>(() =>
            Command("head -c 100000 /dev/zero | tr '\\0' x; exit 1").RunAsync(CancellationToken.None)
        );

        Assert.InRange(error.Message.Length, 100, 600);
    }

    [Fact]
    public async Task Run_CommandNeverEnds_IsKilledAtItsLimit()
    {
        var command = new ShellCommand("sleep 600", TimeSpan.FromMilliseconds(200), TimeProvider.System);

        var error = await Assert.ThrowsAsync<ConformanceException>(() => command.RunAsync(CancellationToken.None));

        Assert.Contains("did not end within", error.Message);
    }

    /// <summary>A restart command leaves the plugin behind, which holds the shell's pipes open.</summary>
    [Fact]
    public async Task Run_CommandLeavesAProcessBehind_DoesNotWaitForIt()
    {
        var file = Path.GetTempFileName();
        var run = Command($"sleep 600 & echo $! >'{file}'").RunAsync(CancellationToken.None);

        await run.WaitAsync(TimeSpan.FromMinutes(2));

        await Command($"kill $(cat '{file}')").RunAsync(CancellationToken.None);
        File.Delete(file);
    }

    [Fact]
    public async Task Run_Cancelled_EndsTheCommand()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Command("sleep 600").RunAsync(stop.Token));
    }

    private static ShellCommand Command(string text) => new(text, TimeSpan.FromMinutes(5), TimeProvider.System);
}
