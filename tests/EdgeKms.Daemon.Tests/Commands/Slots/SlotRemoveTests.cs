using EdgeKms.Contract.AdminApi;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Commands.Slots;

public sealed class SlotRemoveTests : IAsyncLifetime
{
    private const string Second = "a second passphrase";
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    /// <summary>Slot 4 is a second passphrase.</summary>
    public async ValueTask InitializeAsync() =>
        (await Verb.Run(_machine, "slot add --kdf pbkdf2", TestMachine.Passphrase, Second, Second)).Exits(0);

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task SlotRemove_OfAPassphrase_MakesANewRingKeyKekAndCode()
    {
        var oldCode = TestMachine.Code;

        var removed = (await Verb.Run(_machine, "slot remove 4", TestMachine.Passphrase)).Exits(0);

        Assert.Equal([Verb.AsksPassphrase], removed.Asked);
        Assert.StartsWith(
            "removed slot 4\nnew ring key, new active key KEY2\n",
            removed.Page,
            StringComparison.Ordinal
        );
        Assert.Contains("the old recovery code no longer opens the ring\n", removed.Out, StringComparison.Ordinal);
        Assert.Empty((await Verb.Run(_machine, "rotate")).Exits(0).Asked); // the token is a new one too
        var newCode = Verb.RecoveryCodes().Match(removed.Out).Value;
        File.Delete(_machine.Settings.NodeTokenFile);
        (await Verb.Run(_machine, "repair", Second)).Exits(4);
        (await Verb.Run(_machine, "repair", "", oldCode)).Exits(4);
        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(0);
        File.Delete(_machine.Settings.NodeTokenFile);
        (await Verb.Run(_machine, "repair", "", newCode)).Exits(0);
    }

    [Fact]
    public async Task SlotRemove_OfTheCode_KeepsEachPassphraseAndShowsNoCode()
    {
        var removed = (await Verb.Run(_machine, "slot remove 2", TestMachine.Passphrase, Second)).Exits(0);

        Assert.Equal([Verb.AsksPassphrase, "Passphrase of slot 4"], removed.Asked);
        Assert.DoesNotMatch(Verb.RecoveryCodes(), removed.Out);
        Assert.Equal(
            [SlotKind.Admin, SlotKind.Admin, SlotKind.Node],
            _machine.Store.Load().Header.Slots.Select(s => s.Kind)
        );
        foreach (var passphrase in new[] { TestMachine.Passphrase, Second })
        {
            File.Delete(_machine.Settings.NodeTokenFile);
            (await Verb.Run(_machine, "repair", passphrase)).Exits(0);
        }
    }

    [Fact]
    public async Task SlotRemove_WithTheOtherPassphrasesInFiles_AsksForNone()
    {
        var other = _machine.Write("other", Second + "\n");
        var code = Path.Combine(_machine.Root, "code");

        var removed = await Verb.RunPiped(
            _machine,
            $"slot remove 2 -o json --passphrase-file - --other-passphrase-file {other} --new-recovery-code-file {code}",
            TestMachine.Passphrase
        );

        var report = removed.Exits(0).Report(AdminJson.Default.SlotsReport);
        Assert.Equal((2, null, 3), (report.Removed, report.Added, report.Generation));
        Assert.Equal(_machine.Store.Load().Header.Active.Id.Text, report.NewKeyId);
        Assert.False(File.Exists(code)); // no code stays, so none is made
    }

    [Fact]
    public async Task SlotRemove_DropOthers_KeepsTheGivenPassphraseAlone()
    {
        (await Verb.Run(_machine, "slot remove 2 --drop-others", Second)).Exits(0);

        Assert.Equal([SlotKind.Admin, SlotKind.Node], _machine.Store.Load().Header.Slots.Select(s => s.Kind));
        File.Delete(_machine.Settings.NodeTokenFile);
        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(4);
        (await Verb.Run(_machine, "repair", Second)).Exits(0);
    }

    [Theory]
    [InlineData("3", 2, "there is no slot 3")]
    [InlineData("5", 3, "the node slot opens the ring at an unattended start")]
    [InlineData("4", 4, "wrong passphrase", "not the passphrase")]
    [InlineData("2", 4, "wrong passphrase for slot 4", TestMachine.Passphrase, "not the second one")]
    [InlineData("4 -o json", 2, "with -o json the recovery code needs")]
    [InlineData("1 --drop-others", 3, "no administrator passphrase would be left", TestMachine.Passphrase)]
    public async Task SlotRemove_ThatCanNotBe_ChangesNothing(string slot, int exit, string why, params string[] answers)
    {
        var before = _machine.Contents();

        (await Verb.Run(_machine, $"slot remove {slot}", answers)).Fails(exit, why);

        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task SlotRemove_OfTheLastPassphrase_IsRefused()
    {
        (await Verb.Run(_machine, "slot remove 4", TestMachine.Passphrase)).Exits(0);
        var last = _machine.Store.Load().Header.Slots.Single(s => s.Kind == SlotKind.Admin).Number;

        (await Verb.Run(_machine, $"slot remove {last}")).Fails(3, "this is the last administrator passphrase");
    }

    [Fact]
    public async Task SlotRemove_ThatCanNotBeWritten_TakesTheCodeFileBack()
    {
        using var machine = TestMachine.WithAdministrator(("backup.required", "true"));
        (await Verb.Run(machine, "slot add --kdf pbkdf2", TestMachine.Passphrase, Second, Second)).Exits(0);
        Directory.Delete(machine.Settings.BackupDirectory!, recursive: true);
        var code = Path.Combine(machine.Root, "code");

        var failed = await Verb.Run(machine, $"slot remove 4 --new-recovery-code-file {code}", TestMachine.Passphrase);

        failed.Exits(8);
        Assert.False(File.Exists(code));
        (await Verb.Run(machine, "repair --dry-run")).Exits(0);
    }

    [Fact]
    public async Task SlotRemove_DryRun_SaysWhatAndChangesNothing()
    {
        var before = _machine.Contents();

        var looked = (await Verb.Run(_machine, "slot remove 4 --dry-run", TestMachine.Passphrase)).Exits(0);

        Assert.Equal("would remove slot 4; nothing was changed (--dry-run)\n", looked.Out);
        Assert.Equal(before, _machine.Contents());
    }
}
