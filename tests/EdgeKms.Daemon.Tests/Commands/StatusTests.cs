using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_OfTheFilesAlone_IsJsonWithItsExitCode()
    {
        using var machine = TestMachine.WithAdministrator();
        using var bare = new TestMachine(withRing: false);

        var there = await Verb.Run(machine, "status");
        var none = (await Verb.Run(bare, "status -o json")).Exits(6);

        var report = there.Report(AdminJson.Default.StatusReport);
        Assert.Equal(report.ExitCode, there.ExitCode);
        Assert.Equal(machine.Stored!.Ring.Header.Id.Text, report.Ring!.Id);
        Assert.Null(none.Report(AdminJson.Default.StatusReport).Ring);
    }

    [Fact]
    public async Task Version_OfTheProgram_IsOneLine()
    {
        using var machine = new TestMachine(withRing: false);

        var version = (await Verb.Run(machine, "version")).Exits(0);

        Assert.Matches("^edgekmsd [0-9]+[.][0-9]+[.][0-9]+\\S*\n$", version.Out);
    }
}
