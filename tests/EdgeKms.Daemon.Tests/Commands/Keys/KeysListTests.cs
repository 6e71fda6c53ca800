using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Tests.Commands.Keys;

public sealed class KeysListTests
{
    [Fact]
    public async Task KeysList_OfASealedRing_ShowsEachKeyWithItsDates()
    {
        using var machine = TestMachine.WithAdministrator();
        machine.Time.Advance(TimeSpan.FromDays(2));
        machine.Rotate();
        File.Delete(machine.Settings.NodeTokenFile);

        var text = (await Verb.Run(machine, "keys list")).Exits(0);
        var json = (await Verb.Run(machine, "keys list -o json")).Exits(0);

        Assert.Equal(
            """
            KEY1  retired    created 2026-11-24  retired 2026-11-26  sha256:DIGEST
            KEY2  active     created 2026-11-26  sha256:DIGEST

            """,
            text.Page
        );
        var report = json.Report(AdminJson.Default.KeysReport);
        Assert.Equal(2, report.Generation);
        Assert.Equal(["retired", "active"], report.Keys.Select(k => k.State));
    }

    [Fact]
    public async Task KeysList_OnABareMachine_SaysThatThereIsNoRing()
    {
        using var bare = new TestMachine(withRing: false);

        (await Verb.Run(bare, "keys list")).Exits(6);
    }
}
