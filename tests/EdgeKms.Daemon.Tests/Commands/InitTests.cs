using EdgeKms.Contract.AdminApi;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class InitTests : IDisposable
{
    private const string New = "a passphrase of mine";
    private readonly TestMachine _machine = new(withRing: false);

    public void Dispose() => _machine.Dispose();

    /// <summary>On tmpfs, and on a container's overlay, init warns first and asks.</summary>
    private void NeedsADisk() =>
        Assert.SkipUnless(
            FileSystemFacts.Of(_machine.Root)!.Volatile is null,
            "the folder for temporary files is volatile"
        );

    [Fact]
    public async Task Init_OnANewMachine_MakesARingThatPassphraseCodeAndTokenOpen()
    {
        NeedsADisk();
        var made = (await Verb.Run(_machine, "init --kdf pbkdf2", New, New)).Exits(0);

        Assert.Equal([Verb.AsksNew, Verb.AsksAgain], made.Asked);
        Assert.Equal(
            """
            made key ring RING in ROOT/state
            active key KEY1

            Recovery code (shown once; write it down and keep it away from this machine):

                CODE

            Passphrase and recovery code each open the ring on any machine. Without both, a lost node
            token means that nobody can read the Secrets again.

            next: start the daemon (edgekmsd serve), then give kube-apiserver what "edgekms encryption-config" prints
            Where it has a configuration already: edgekms migrate --to kms --encryption-config FILE, with that FILE

            """,
            made.Page
        );
        Assert.Empty(made.Error);
        (await Verb.Run(_machine, "rotate")).Exits(0); // by the token
        var code = Verb.RecoveryCodes().Match(made.Out).Value;
        foreach (string[] answers in new[] { [New], (string[])["", code] })
        {
            File.Delete(_machine.Settings.NodeTokenFile);
            (await Verb.Run(_machine, "repair", answers)).Exits(0);
        }
    }

    [Fact]
    public async Task Init_WithoutAKdf_StretchesWithArgon2id()
    {
        (await Verb.RunPiped(_machine, "init --passphrase-file -", New)).Exits(0);

        Assert.Equal("argon2id:65536,3,1", _machine.Store.Load().Header.Slots[0].Kdf.Text);
    }

    [Theory]
    [InlineData("the two passphrases differ", New, "another passphrase")]
    [InlineData("the passphrase is shorter than 12 bytes", "eleven byte")]
    [InlineData("nothing was entered", "")]
    public async Task Init_WithAnUnusablePassphrase_MakesNothing(string why, params string[] answers)
    {
        NeedsADisk();
        (await Verb.Run(_machine, "init --kdf pbkdf2", answers)).Fails(2, why);

        Assert.False(Directory.Exists(_machine.Settings.StateDirectory));
    }

    [Theory]
    [InlineData("ring", "holds a key ring (generation 1)")]
    [InlineData("checkpoint", "this machine had a key ring: there is a checkpoint")]
    [InlineData("node-token", "this machine had a key ring: there is a node token ROOT/state/node-token")]
    [InlineData("audit", "this machine had a key ring: the audit log tells of the ring")]
    public async Task Init_WhereOneThingIsLeftOfARing_RefusesWithoutAQuestion(string left, string why)
    {
        using var machine = TestMachine.WithAdministrator();
        foreach (var entry in new DirectoryInfo(machine.Settings.StateDirectory).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder && entry.Name != left)
                folder.Delete(recursive: true);
            else if (entry.Name != left)
                entry.Delete();
        }
        var before = machine.Contents();

        foreach (var line in new[] { "init --kdf pbkdf2", "init --dry-run" })
            (await Verb.Run(machine, line)).Fails(3, why.Replace("ROOT", machine.Root));

        Assert.Equal(before, machine.Contents());
    }

    [Fact]
    public async Task Init_DryRun_SaysWhatItWouldMakeAndMakesNothing()
    {
        var text = (await Verb.Run(_machine, "init --dry-run --kdf pbkdf2")).Exits(0);
        var json = (await Verb.Run(_machine, "init --dry-run -o json")).Exits(0);

        Assert.Equal(
            """
            would make a key ring in ROOT/state with one active KEK,
            a passphrase slot (pbkdf2), a recovery code and the node token ROOT/state/node-token

            """,
            text.Page
        );
        Assert.True(json.Report(AdminJson.Default.InitReport).DryRun);
        Assert.False(Directory.Exists(_machine.Settings.StateDirectory));
    }

    [Fact]
    public async Task Init_AsJson_WritesTheCodeIntoAPrivateFileAlone()
    {
        var file = Path.Combine(_machine.Root, "code");
        (await Verb.Run(_machine, "init --kdf pbkdf2 -o json")).Fails(2, "with -o json the recovery code needs");
        Assert.False(Directory.Exists(_machine.Settings.StateDirectory));

        var made = (await Verb.Run(_machine, $"init --kdf pbkdf2 -o json --recovery-code-file {file}", New, New)).Exits(
            0
        );

        var report = made.Report(AdminJson.Default.InitReport);
        Assert.Equal((1, false, false), (report.Generation, report.DryRun, report.DaemonReloaded));
        Assert.Equal(_machine.Store.Load().Header.Active.Id.Text, report.KeyId);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var code = File.ReadAllText(file).TrimEnd('\n');
        Assert.DoesNotContain(code, made.Out + made.Error, StringComparison.Ordinal);
        File.Delete(_machine.Settings.NodeTokenFile);
        (await Verb.Run(_machine, "repair", "", code)).Exits(0);
    }

    [Fact]
    public async Task Init_WithACodeFileThatExists_KeepsItAndMakesNothing()
    {
        var file = _machine.Write("code", "precious");

        (await Verb.Run(_machine, $"init --kdf pbkdf2 --recovery-code-file {file}")).Fails(3, $"{file} exists already");

        Assert.Equal("precious", File.ReadAllText(file));
        Assert.False(Directory.Exists(_machine.Settings.StateDirectory));
    }

    [Fact]
    public async Task Init_WhoseRingCanNotBeMade_TakesTheCodeFileBack()
    {
        using var machine = new TestMachine(
            withRing: false,
            ("backup.required", "true"),
            ("backup.directory", "/nonexistent/backups")
        );
        var file = Path.Combine(machine.Root, "code");

        (await Verb.Run(machine, $"init --kdf pbkdf2 --recovery-code-file {file}", New, New)).Exits(8);

        Assert.False(File.Exists(file));
        Assert.False(machine.Store.Exists());
    }

    [Fact]
    public async Task Init_WhileTheDaemonWaits_IsServedAtOnce()
    {
        await using var daemon = await ServingDaemon.StartAsync(_machine);

        var made = (await Verb.Run(_machine, "init --kdf pbkdf2", New, New)).Exits(0);

        Assert.EndsWith(
            "next: give kube-apiserver the configuration that \"edgekms encryption-config\" prints\n"
                + "Where it has a configuration already: edgekms migrate --to kms --encryption-config FILE, with that FILE\n",
            made.Out,
            StringComparison.Ordinal
        );
    }
}
