namespace EdgeKms.Cli.Tests.Commands;

public class PlainTextTests
{
    private static bool IsAscii(string text) => text.All(c => c is '\n' or '…' or (>= ' ' and <= '~'));

    [Fact]
    public async Task ConfigShow_NoTerminal_HasNoFrameAndNoColour() =>
        Assert.True(IsAscii((await Run.OfAsync(["config", "show"])).Output));

    [Fact]
    public async Task ConfigShow_Terminal_IsFramed() =>
        Assert.Contains("╭", (await Run.OfAsync(["config", "show"], width: 120)).Output);

    [Fact]
    public async Task ConfigShow_NarrowTerminal_IsNotFolded() =>
        Assert.Equal(
            (await Run.OfAsync(["config", "show"])).Output,
            (await Run.OfAsync(["config", "show"], width: 60)).Output
        );

    [Fact]
    public async Task Status_TerminalWithColours_HasThem()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("cat <<'E'\n" + Reports.Absent + "\nE");
        var run = await Run.OfAsync(["status", "--admin-socket", bin["no.sock"]], bin.Path, width: 120, colour: true);
        Assert.Contains("\u001b[1;", run.Output);
        Assert.Contains("╭", run.Output);
    }

    [Fact]
    public async Task Status_TerminalWithoutColours_HasNone()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("cat <<'E'\n" + Reports.Absent + "\nE");
        var run = await Run.OfAsync(["status", "--admin-socket", bin["no.sock"]], bin.Path, width: 120);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Contains("╭", run.Output);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(200)]
    public async Task Status_EscapeSequenceInARing_IsNotPassedOn(int? width)
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon(
            "cat <<'E'\n"
                + Reports.Absent.Replace("/run/x", "/run/\\u001b[2J\\u202e").Replace("there is", "\\u001b[1m")
                + "\nE"
        );
        var run = await Run.OfAsync(["status", "--admin-socket", bin["no.sock"]], bin.Path, width);
        Assert.Contains("/run/?[2J?", run.Output);
        Assert.DoesNotContain('\u001b', run.Output + run.Error);
    }
}
