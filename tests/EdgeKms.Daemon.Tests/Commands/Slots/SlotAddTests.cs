using EdgeKms.Contract.AdminApi;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Commands.Slots;

public sealed class SlotAddTests : IDisposable
{
    private const string Second = "a second passphrase";
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task SlotAdd_OfAPassphrase_OpensTheRingBesideTheFirst()
    {
        var added = (await Verb.Run(_machine, "slot add --kdf pbkdf2", TestMachine.Passphrase, Second, Second)).Exits(
            0
        );

        Assert.Equal([Verb.AsksPassphrase, Verb.AsksNew, Verb.AsksAgain], added.Asked);
        Assert.Equal(
            """
            added slot 4
            key ring RING, generation 2
                 1  admin     pbkdf2-sha512:1000          2026-11-24 03:00 UTC
                 2  recovery  hkdf-sha256                 2026-11-24 03:00 UTC
                 4  admin     pbkdf2-sha512:210000        2026-11-24 03:00 UTC
                 5  node      hkdf-sha256                 2026-11-24 03:00 UTC
            backup edgekms-RING-00000002-DIGEST.backup

            """,
            added.Page
        );
        foreach (var passphrase in new[] { TestMachine.Passphrase, Second })
        {
            File.Delete(_machine.Settings.NodeTokenFile);
            (await Verb.Run(_machine, "repair", passphrase)).Exits(0);
        }
    }

    [Fact]
    public async Task SlotAdd_OfARecoveryCode_ShowsItOnceAndItOpensTheRing()
    {
        var added = (await Verb.Run(_machine, "slot add --recovery", TestMachine.Passphrase)).Exits(0);

        Assert.EndsWith(
            "Recovery code (shown once; write it down and keep it away from this machine):\n\n    CODE\n\n",
            added.Page,
            StringComparison.Ordinal
        );
        File.Delete(_machine.Settings.NodeTokenFile);
        (await Verb.Run(_machine, "repair", "", Verb.RecoveryCodes().Match(added.Out).Value)).Exits(0);
    }

    [Fact]
    public async Task SlotAdd_OfARecoveryCodeAsJson_NeedsAFileForIt()
    {
        var file = Path.Combine(_machine.Root, "code");
        (await Verb.Run(_machine, "slot add --recovery -o json")).Fails(2, "with -o json the recovery code needs");

        var added = await Verb.Run(
            _machine,
            $"slot add --recovery -o json --new-recovery-code-file {file}",
            TestMachine.Passphrase
        );

        Assert.Equal(4, added.Exits(0).Report(AdminJson.Default.SlotsReport).Added);
        var code = File.ReadAllText(file).TrimEnd('\n');
        Assert.Matches(Verb.RecoveryCodes(), code);
        Assert.DoesNotContain(code, added.Out + added.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SlotAdd_ThatCanNotBeWritten_TakesTheCodeFileBack()
    {
        using var machine = TestMachine.WithAdministrator();
        Directory.CreateDirectory(Path.Combine(machine.Settings.StateDirectory, "ring", ".new-ring-00000002"));
        var file = Path.Combine(machine.Root, "code");

        var failed = await Verb.Run(
            machine,
            $"slot add --recovery --new-recovery-code-file {file}",
            TestMachine.Passphrase
        );

        failed.Exits(8);
        Assert.False(File.Exists(file));
        Assert.Equal(1, machine.Store.Load().Header.Generation);
    }

    [Theory]
    [InlineData(4, "wrong passphrase", "not the passphrase")]
    [InlineData(2, "the two passphrases differ", TestMachine.Passphrase, Second, "another passphrase")]
    [InlineData(2, "the passphrase is shorter than 12 bytes", TestMachine.Passphrase, "eleven byte")]
    public async Task SlotAdd_WithAWrongAnswer_ChangesNothing(int exit, string why, params string[] answers)
    {
        var before = _machine.Contents();

        (await Verb.Run(_machine, "slot add --kdf pbkdf2", answers)).Fails(exit, why);

        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task SlotAdd_DryRun_AsksForTheCredentialAndChangesNothing()
    {
        var before = _machine.Contents();

        var text = (await Verb.Run(_machine, "slot add --dry-run", TestMachine.Passphrase)).Exits(0);
        var json = (await Verb.Run(_machine, "slot add --dry-run -o json", "", TestMachine.Code)).Exits(0);

        Assert.Equal("would add slot 4; nothing was changed (--dry-run)\n", text.Out);
        Assert.True(json.Report(AdminJson.Default.SlotsReport).DryRun);
        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task SlotAdd_BesideTheDaemon_IsServedAtOnce()
    {
        await using var daemon = await ServingDaemon.StartAsync(_machine);

        var added = await Verb.RunPiped(
            _machine,
            "slot add --kdf pbkdf2 -o json --passphrase-file - --new-passphrase-file -",
            TestMachine.Passphrase,
            Second
        );

        var report = added.Exits(0).Report(AdminJson.Default.SlotsReport);
        Assert.Equal((true, 4, null), (report.DaemonReloaded, report.Added, report.NewKeyId));
        Assert.Equal(
            [SlotKind.Admin, SlotKind.Recovery, SlotKind.Admin, SlotKind.Node],
            _machine.Store.Load().Header.Slots.Select(s => s.Kind)
        );
    }
}
