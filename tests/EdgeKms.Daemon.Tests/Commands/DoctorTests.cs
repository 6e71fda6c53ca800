using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class DoctorTests : IDisposable
{
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Doctor_OfALostToken_FailsWithTheNextCommandAndAsksNothing()
    {
        await using var daemon = await ServingDaemon.StartAsync(_machine);
        var before = (await Verb.Run(_machine, "doctor -o json")).Report(AdminJson.Default.DoctorReport);
        File.Delete(_machine.Settings.NodeTokenFile);

        var text = (await Verb.Run(_machine, "doctor")).Exits(2);
        var json = (await Verb.Run(_machine, "doctor -o json")).Exits(2);

        Assert.Equal("pass", Finding(before, "EK-NODE-001").Outcome);
        var report = json.Report(AdminJson.Default.DoctorReport);
        var token = Finding(report, "EK-NODE-001");
        Assert.Equal("fail", token.Outcome);
        Assert.Contains("edgekms repair", token.Next, StringComparison.Ordinal);
        Assert.Equal(2, report.ExitCode);
        Assert.Contains("fail  EK-NODE-001 ", text.Out, StringComparison.Ordinal);
        Assert.Empty(text.Error);
        Assert.Empty(text.Asked);
    }

    [Fact]
    public async Task Doctor_WithSettingsThatCanNotBeRead_SaysSoAsAFinding()
    {
        var file = _machine.Write("broken.json", "{");
        using var streams = new ScriptedStreams();

        var exit = await EdgeKms.Daemon.Commands.DaemonCommands.RunAsync(
            ["doctor", "--config", file],
            _machine.Time,
            streams.Io
        );

        Assert.Equal(2, exit);
        Assert.Contains("fail  EK-CONF-", streams.Out, StringComparison.Ordinal);
        Assert.Empty(streams.Error);
    }

    [Fact]
    public async Task Doctor_OfAnyMachine_ChangesNothing()
    {
        var before = _machine.Contents();

        await Verb.Run(_machine, "doctor");

        Assert.Equal(before, _machine.Contents());
    }

    private static DoctorFinding Finding(DoctorReport report, string id) => report.Findings.Single(f => f.Id == id);
}
