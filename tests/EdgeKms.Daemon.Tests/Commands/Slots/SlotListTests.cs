using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Tests.Commands.Slots;

public sealed class SlotListTests
{
    [Fact]
    public async Task SlotList_OfASealedRing_ShowsEachSlot()
    {
        using var machine = TestMachine.WithAdministrator();
        File.Delete(machine.Settings.NodeTokenFile);

        var text = (await Verb.Run(machine, "slot list")).Exits(0);
        var json = (await Verb.Run(machine, "slot list -o json")).Exits(0);

        Assert.Equal(
            """
            key ring RING, generation 1
                 1  admin     pbkdf2-sha512:1000          2026-11-24 03:00 UTC
                 2  recovery  hkdf-sha256                 2026-11-24 03:00 UTC
                 3  node      hkdf-sha256                 2026-11-24 03:00 UTC

            """,
            text.Page
        );
        var report = json.Report(AdminJson.Default.SlotsReport);
        Assert.Equal([1, 2, 3], report.Slots.Select(s => s.Number));
        Assert.Equal((null, null, false), (report.Added, report.Removed, report.DryRun));
    }

    [Fact]
    public async Task SlotList_OnABareMachine_SaysThatThereIsNoRing()
    {
        using var bare = new TestMachine(withRing: false);

        (await Verb.Run(bare, "slot list")).Exits(6);
    }
}
