using EdgeKms.Cli.Handover;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Tests.Handover;

public class DaemonProgramTests
{
    [Fact]
    public void Find_BesideAndOnPath_TakesTheOneBeside()
    {
        using var directory = new TemporaryDirectory();
        directory.FakeDaemon("", "beside");
        directory.FakeDaemon("", "path");
        Assert.Equal(
            directory["beside/edgekmsd"],
            new DaemonProgram(directory["beside/edgekms"], directory["path"]).Find()
        );
    }

    [Fact]
    public void Find_OwnPathIsALink_LooksWhereItLeads()
    {
        using var directory = new TemporaryDirectory();
        directory.FakeDaemon("", "lib");
        File.WriteAllText(directory["lib/edgekms"], "");
        Directory.CreateDirectory(directory["bin"]);
        File.CreateSymbolicLink(directory["bin/middle"], "../lib/edgekms");
        File.CreateSymbolicLink(directory["bin/edgekms"], "middle");
        Assert.Equal(directory["lib/edgekmsd"], new DaemonProgram(directory["bin/edgekms"], "").Find());
    }

    [Fact]
    public void Find_OnPath_TakesTheFirstThatCanBeExecuted()
    {
        using var directory = new TemporaryDirectory();
        directory.FakeDaemon("", "a");
        File.SetUnixFileMode(directory["a/edgekmsd"], UnixFileMode.UserRead);
        Directory.CreateDirectory(directory["b/edgekmsd"]);
        directory.FakeDaemon("", "c");
        directory.FakeDaemon("", "d");
        var path = string.Join(':', "/nonexistent", directory["a"], directory["b"], directory["c"], directory["d"]);
        Assert.Equal(directory["c/edgekmsd"], new DaemonProgram(null, path).Find());
    }

    [Fact]
    public void Find_RelativeEntryOfPath_IsSkipped()
    {
        using var directory = new TemporaryDirectory();
        directory.FakeDaemon("");
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), directory.Path);
        Assert.True(File.Exists(Path.Combine(relative, "edgekmsd")));
        Assert.Null(new DaemonProgram(null, $":.:{relative}").Find());
    }

    [Fact]
    public void Path_NoDaemon_IsUnreachableWithAHint()
    {
        var missing = Assert.Throws<CommandException>(() => new DaemonProgram("/nonexistent/edgekms", "").Path());
        Assert.Equal(ExitCode.Unreachable, missing.ExitCode);
        Assert.Contains("edgekmsd", missing.Hint);
    }
}
