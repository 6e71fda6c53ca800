namespace EdgeKms.Cli.Tests.Status;

public class StoppedDaemonTests
{
    [Fact]
    public async Task Status_NoDaemon_AsksEdgekmsdWithTheSameSettings()
    {
        using var bin = new TemporaryDirectory();
        File.WriteAllText(bin["e.json"], "{}");
        bin.FakeDaemon($"printf '%s\\n' \"$@\" > '{bin["arguments"]}'; cat <<'E'\n{Reports.Absent}\nE\nexit 6");
        var run = await Run.OfAsync(
            ["--config", bin["e.json"], "status", "--admin-socket", bin["no.sock"], "--state-directory=/srv/x y"],
            bin.Path
        );
        Assert.Equal(
            $"status\n-o\njson\n--config={bin["e.json"]}\n--state-directory=/srv/x y\n--admin-socket={bin["no.sock"]}\n",
            File.ReadAllText(bin["arguments"])
        );
        Assert.Equal(6, run.ExitCode);
        Assert.Equal("edgekms: error: there is no key ring\nedgekms: hint: run \"edgekms init\"\n", run.Error);
    }

    [Fact]
    public async Task Status_EdgekmsdSaysNothing_ItsExitCodeIsPassedOn()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("exit 9");
        var run = await Run.OfAsync(["status", "--admin-socket", bin["no.sock"]], bin.Path);
        Assert.Equal(("", "", 9), (run.Output, run.Error, run.ExitCode));
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("echo hello")]
    [InlineData("echo hello; exit 6")]
    public async Task Status_EdgekmsdSaysSomethingElse_IsAnErrorPair(string shell)
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon(shell);
        var run = await Run.OfAsync(["status", "--admin-socket", bin["no.sock"]], bin.Path);
        Assert.StartsWith("edgekms: error: the answer of edgekmsd is not a status report\nedgekms: hint: ", run.Error);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Status_NoEdgekmsd_IsUnreachable()
    {
        using var bin = new TemporaryDirectory();
        var run = await Run.OfAsync(["status", "--admin-socket", bin["no.sock"]], bin.Path);
        Assert.Equal(11, run.ExitCode);
    }
}
