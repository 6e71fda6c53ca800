using EdgeKms.Contract.AdminApi;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class RotateTests : IDisposable
{
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Rotate_WithTheToken_MakesANewKeyActiveWithoutAQuestion()
    {
        var old = _machine.Stored!.Ring.Active.Id;

        var rotated = (await Verb.Run(_machine, "rotate")).Exits(0);

        Assert.Equal(
            """
            active key KEY2 (generation 2)
            retired    KEY1: what it wrapped stays readable
            backup     edgekms-RING-00000002-DIGEST.backup
            the daemon doesn't serve it yet: it takes the new key when it starts, or once it can

            """,
            rotated.Page
        );
        Assert.Empty(rotated.Asked);
        Assert.Empty(rotated.Error);
        var ring = _machine.Store.Load().Header;
        Assert.Equal((2, KekState.Retired), (ring.Generation, ring.Keys.Single(k => k.Id.Equals(old)).State));
        Assert.Equal(2, Directory.GetFiles(_machine.Settings.BackupDirectory!).Length);
    }

    [Fact]
    public async Task Rotate_WithoutItsToken_SaysWhyItAsks()
    {
        File.Delete(_machine.Settings.NodeTokenFile);

        var rotated = (await Verb.Run(_machine, "rotate", TestMachine.Passphrase)).Exits(0);

        Assert.Equal([Verb.AsksPassphrase], rotated.Asked);
        Assert.Equal(
            $"edgekms: there is no node token {_machine.Settings.NodeTokenFile}: the administrator's passphrase or code is needed\n",
            rotated.Error
        );
        Assert.Empty((await Verb.Run(_machine, "rotate")).Exits(0).Asked); // the token is back
    }

    [Fact]
    public async Task Rotate_WithAWrongPassphrase_ChangesNothing()
    {
        var before = _machine.Contents();

        (await Verb.RunPiped(_machine, "rotate --passphrase-file -", "not the passphrase")).Fails(
            4,
            "wrong passphrase"
        );

        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task Rotate_DryRun_SaysWhatAndChangesNothing()
    {
        var before = _machine.Contents();

        var text = (await Verb.Run(_machine, "rotate --dry-run")).Exits(0);
        var json = (await Verb.Run(_machine, "rotate --dry-run -o json")).Exits(0);

        Assert.Equal("would retire KEY1 and make a new key active in generation 2\n", text.Page);
        var report = json.Report(AdminJson.Default.RotateReport);
        Assert.Equal((true, null, 1), (report.DryRun, report.NewKeyId, report.Generation));
        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task Rotate_BesideTheDaemon_IsServedAtOnce()
    {
        await using var daemon = await ServingDaemon.StartAsync(_machine);

        var json = (await Verb.Run(_machine, "rotate -o json")).Exits(0).Report(AdminJson.Default.RotateReport);
        var text = (await Verb.Run(_machine, "rotate")).Exits(0);

        Assert.True(json.DaemonReloaded);
        Assert.Equal(
            (_machine.Store.Load().Header.Keys[0].Id.Text, 2, true),
            (json.OldKeyId, json.Generation, json.Backup is not null)
        );
        Assert.EndsWith("with its next Status call, within 80 seconds\n", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_WhoseBackupFails_WarnsAndStands()
    {
        Directory.Delete(_machine.Settings.BackupDirectory!, recursive: true);

        var text = (await Verb.Run(_machine, "rotate")).Exits(0);
        var json = (await Verb.Run(_machine, "rotate -o json")).Exits(0).Report(AdminJson.Default.RotateReport);

        Assert.StartsWith("edgekms: warning: ", text.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("backup", text.Out, StringComparison.Ordinal);
        Assert.Single(json.Warnings);
        Assert.Equal(3, _machine.Store.Load().Header.Generation);
    }

    [Fact]
    public async Task Rotate_OnABareMachine_NamesTheWay()
    {
        using var bare = new TestMachine(withRing: false);

        var none = (await Verb.Run(bare, "rotate")).Exits(6);

        Assert.Contains("edgekms: error: ", none.Error, StringComparison.Ordinal);
    }
}
