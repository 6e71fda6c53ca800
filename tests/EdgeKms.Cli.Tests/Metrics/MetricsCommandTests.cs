using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Tests.Metrics;

public class MetricsCommandTests
{
    [Fact]
    public async Task Metrics_WithoutADaemon_SaysSoInThePageToo()
    {
        using var directory = new TemporaryDirectory();
        var run = await Run.OfAsync(["metrics", "--admin-socket", directory["admin.sock"]]);
        Assert.Equal((int)ExitCode.Unreachable, run.ExitCode);
        Assert.Equal(
            "# HELP edgekms_up 1 where edgekmsd answers on its socket.\n# TYPE edgekms_up gauge\nedgekms_up 0\n",
            run.Output
        );
        Assert.Contains("edgekmsd doesn't run", run.Error);
    }

    [Fact]
    public async Task TextFile_WithoutADaemon_IsWrittenAllTheSame()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["text"]);
        var run = await Run.OfAsync([
            "metrics",
            "--textfile",
            directory["text"],
            "--admin-socket",
            directory["no.sock"],
        ]);
        Assert.Equal((int)ExitCode.Unreachable, run.ExitCode);
        Assert.Equal([directory["text/edgekms.prom"]], Directory.GetFileSystemEntries(directory["text"]));
        Assert.EndsWith("edgekms_up 0\n", File.ReadAllText(directory["text/edgekms.prom"]));
        Assert.True(File.GetUnixFileMode(directory["text/edgekms.prom"]).HasFlag(UnixFileMode.OtherRead));
    }

    [Theory]
    [InlineData("--listen", "9464")]
    [InlineData("--listen", "127.0.0.1")]
    [InlineData("--listen", "127.0.0.1:")]
    [InlineData("--listen", "::1:9464")]
    [InlineData("--listen", "localhost:9464")]
    [InlineData("--listen", "127.0.0.1:65536")]
    [InlineData("--every", "1m")]
    [InlineData("--textfile", "/x", "--every", "1s")]
    [InlineData("--textfile", "/x", "--listen", "127.0.0.1:1")]
    public async Task Options_ThatMakeNoSense_AreRefused(params string[] options)
    {
        var run = await Run.OfAsync(["metrics", .. options]);
        Assert.Equal((int)ExitCode.Usage, run.ExitCode);
        Assert.Contains("edgekms: hint: ", run.Error);
    }

    [Fact]
    public async Task TextFile_InADirectoryThatIsNotThere_IsRefused()
    {
        var run = await Run.OfAsync(["metrics", "--textfile", "/nonexistent/textfile"]);
        Assert.Equal((int)ExitCode.Usage, run.ExitCode);
        Assert.Contains("there is no directory /nonexistent/textfile", run.Error);
    }
}
