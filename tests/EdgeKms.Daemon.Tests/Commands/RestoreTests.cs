using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Tests.Doctor;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class RestoreTests : IAsyncLifetime
{
    private readonly TestMachine _machine = TestMachine.WithAdministrator();
    private readonly TestMachine _bare = new(withRing: false);
    private string _backup = "";

    private RingHeader Restored => _bare.Store.Load().Header;

    /// <summary>A backup of generation 2 with two keys.</summary>
    public async ValueTask InitializeAsync()
    {
        _machine.Rotate();
        _backup = Path.Combine(_machine.Root, "ring.backup");
        (await Verb.Run(_machine, $"backup {_backup}")).Exits(0);
    }

    public ValueTask DisposeAsync()
    {
        _machine.Dispose();
        _bare.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restore_OnABareMachine_HasEveryKeyAndANewActiveOne(bool withPassphrase)
    {
        string[] answers = withPassphrase ? [TestMachine.Passphrase] : ["", TestMachine.Code];

        var restored = (await Verb.Run(_bare, $"restore {_backup}", answers)).Exits(0);

        var old = _machine.Store.Load().Header;
        Assert.Contains($"{_backup} opens: key ring {old.Id}, generation 2\n", restored.Out, StringComparison.Ordinal);
        Assert.Equal((old.Id, 3, 3), (Restored.Id, Restored.Generation, Restored.Keys.Count));
        Assert.Equal(old.Keys.Select(k => k.Id), Restored.Keys.Take(2).Select(k => k.Id));
        Assert.Equal(3, Restored.Active.Id.Sequence);
        Assert.Empty((await Verb.Run(_bare, "rotate")).Exits(0).Asked); // with its new token
        Assert.Contains("restored", (await Verb.Run(_bare, "audit-log show")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_AsJson_SaysWhatWasMade()
    {
        var restored = (
            await Verb.RunPiped(_bare, $"restore {_backup} -o json --passphrase-file -", TestMachine.Passphrase)
        );

        var report = restored.Exits(0).Report(AdminJson.Default.RestoreReport);
        Assert.Equal((2, 3, null), (report.BackupGeneration, report.Generation, report.Covers));
        Assert.Equal((Restored.Active.Id.Text, false), (report.NewKeyId, report.DaemonReloaded));
        Assert.Equal(["retired", "active"], report.Keys.Select(k => k.State));
    }

    [Theory]
    [InlineData("--verify", "nothing was changed\n")]
    [InlineData("--dry-run", "nothing was changed (--dry-run)\n")]
    public async Task Restore_ThatOnlyLooks_OpensTheBackupAndChangesNothing(string option, string end)
    {
        var before = _bare.Contents();

        var looked = (await Verb.Run(_bare, $"restore {_backup} {option}", TestMachine.Passphrase)).Exits(0);
        var json = (await Verb.Run(_bare, $"restore {_backup} {option} -o json", TestMachine.Passphrase)).Exits(0);

        Assert.Equal(2, looked.Out.Split('\n').Count(l => l.EndsWith("  tested", StringComparison.Ordinal)));
        Assert.EndsWith(end, looked.Out, StringComparison.Ordinal);
        Assert.Null(json.Report(AdminJson.Default.RestoreReport).Generation);
        Assert.Equal(before, _bare.Contents());
        Assert.False(Directory.Exists(_bare.Settings.StateDirectory));
    }

    [Fact]
    public async Task Restore_Verify_SaysWhetherItCoversThisMachinesRing()
    {
        var whole = (await Verb.Run(_machine, $"restore {_backup} --verify", TestMachine.Passphrase)).Exits(0);
        _machine.Rotate();
        var older = (await Verb.Run(_machine, $"restore {_backup} --verify", TestMachine.Passphrase)).Exits(0);

        Assert.Contains("it holds every key of this machine's ring\n", whole.Out, StringComparison.Ordinal);
        Assert.Contains("it lacks keys of this machine's ring\n", older.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OverTheSameGeneration_LosesNothingAndNeedsNoReason()
    {
        (await Verb.Run(_machine, $"restore {_backup}", TestMachine.Passphrase)).Exits(0);

        Assert.Equal((3, 3), (_machine.Store.Load().Header.Generation, _machine.Store.Load().Header.Keys.Count));
    }

    [Theory]
    [InlineData("a newer generation")]
    [InlineData("a newer generation, its file lost")]
    [InlineData("another ring")]
    [InlineData("another ring, its files lost")]
    public async Task Restore_OverARingThatWouldBeLost_IsRefusedWithoutAReason(string what)
    {
        using var other = TestMachine.WithAdministrator();
        var here = what.StartsWith("another", StringComparison.Ordinal) ? other : _machine;
        if (here == _machine)
            here.Rotate();
        if (what.Contains("lost", StringComparison.Ordinal))
            File.Delete(here.RingFile(here == _machine ? 3 : 1));
        var before = here.Contents();
        var highest = here == _machine ? 3 : 1;

        foreach (var option in new[] { "", " -o json", " --dry-run" })
        {
            // Without the newest file only the credential can tell whose the checkpoint is.
            var isAsked = option == " --dry-run" || what.Contains("lost", StringComparison.Ordinal);
            string[] answers = isAsked ? [TestMachine.Passphrase] : [];
            var refused = (await Verb.Run(here, $"restore {_backup}{option}", answers)).Exits(3);
            Assert.Contains("edgekms: hint: ", refused.Error, StringComparison.Ordinal);
        }
        Assert.Equal(before, here.Contents());
        (await Verb.Run(here, $"restore {_backup} --force drill", TestMachine.Passphrase)).Exits(0);

        var ring = here.Store.Load().Header;
        Assert.Equal(_machine.Stored!.Ring.Header.Id, ring.Id);
        Assert.True(ring.Generation > (here == _machine ? highest : 2));
        Assert.Contains("drill", (await Verb.Run(here, "audit-log show")).Out, StringComparison.Ordinal);
        Assert.Empty((await Verb.Run(here, "rotate")).Exits(0).Asked);
        if (here != _machine)
            Assert.NotEmpty(Directory.GetFiles(here.Settings.StateDirectory, "node-token.unusable*")); // may open a backup of it
    }

    [Theory]
    [InlineData("wrong passphrase", "not the passphrase")]
    [InlineData("there is a typing mistake in group", "", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAB")]
    public async Task Restore_WithAWrongCredential_ChangesNothing(string why, params string[] answers)
    {
        var before = _bare.Contents();

        var refused = (await Verb.Run(_bare, $"restore {_backup}", answers)).Exits(4);

        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _bare.Contents());
        Assert.False(Directory.Exists(_bare.Settings.StateDirectory));
    }

    [Theory]
    [InlineData("missing", 2)]
    [InlineData("not one", 7)]
    [InlineData("flipped", 7)]
    [InlineData("cut", 7)]
    public async Task Restore_OfWhatIsNoBackup_ChangesNothing(string how, int exit)
    {
        switch (how)
        {
            case "missing":
                File.Delete(_backup);
                break;
            case "not one":
                File.WriteAllText(_backup, "a letter to a friend\n");
                break;
            case "flipped":
                Patient.Flip(_backup, ^40);
                break;
            default:
                File.WriteAllBytes(_backup, File.ReadAllBytes(_backup)[..^1]);
                break;
        }

        var refused = (await Verb.Run(_bare, $"restore {_backup}")).Exits(exit);

        Assert.StartsWith($"edgekms: error: {_backup}", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bare.Settings.StateDirectory));
    }

    [Fact]
    public async Task Restore_WhileTheDaemonWaits_IsServedAtOnce()
    {
        await using var daemon = await ServingDaemon.StartAsync(_bare);

        var restored = (await Verb.Run(_bare, $"restore {_backup}", TestMachine.Passphrase)).Exits(0);

        Assert.EndsWith("the daemon serves it\n", restored.Out, StringComparison.Ordinal);
    }
}
