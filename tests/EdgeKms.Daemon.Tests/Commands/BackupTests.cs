using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class BackupTests : IDisposable
{
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    private string File => Path.Combine(_machine.Root, "ring.backup");

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Backup_IntoAFile_IsPrivateAndRestoresTheRing()
    {
        _machine.Rotate();

        var made = (await Verb.Run(_machine, $"backup {File}")).Exits(0);

        Assert.Equal(
            """
            wrote ROOT/ring.backup
            key ring RING, generation 2, 2 keys, each tested
            the passphrase or the recovery code opens it on any machine: edgekms restore

            """,
            made.Page
        );
        Assert.Empty(made.Error);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        using var bare = new TestMachine(withRing: false);
        (await Verb.Run(bare, $"restore {File}", TestMachine.Passphrase)).Exits(0);
        Assert.Contains("backed-up", (await Verb.Run(_machine, "audit-log show")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_WithoutAFile_GoesIntoTheFolderOfTheSettings()
    {
        foreach (var old in Directory.GetFiles(_machine.Settings.BackupDirectory!))
            System.IO.File.Delete(old);

        var report = (await Verb.Run(_machine, "backup -o json")).Exits(0).Report(AdminJson.Default.BackupReport);

        Assert.Equal(report.Path, Assert.Single(Directory.GetFiles(_machine.Settings.BackupDirectory!)));
        Assert.Equal((1, 1, true, false), (report.Generation, report.Keys, report.Opened, report.DryRun));
    }

    [Fact]
    public async Task Backup_WithoutAFileOrAFolder_IsAUsageError()
    {
        using var machine = new TestMachine(withRing: true, ("backup.directory", ""));

        (await Verb.Run(machine, "backup")).Fails(2, "there is no place for the backup");
    }

    [Fact]
    public async Task Backup_IntoAFileThatExists_IsRefused()
    {
        _machine.Write("ring.backup", "precious");

        (await Verb.Run(_machine, $"backup {File}")).Fails(3, "exists already");

        Assert.Equal("precious", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task Backup_OfASealedRing_IsMadeWithAWarning()
    {
        System.IO.File.Delete(_machine.Settings.NodeTokenFile);

        var made = (await Verb.Run(_machine, $"backup {File}")).Exits(0);

        Assert.Matches("^edgekms: warning: .*: the backup is made, but could not be opened to test it\n$", made.Error);
        Assert.DoesNotContain("tested", made.Out, StringComparison.Ordinal);
        (await Verb.Run(_machine, $"restore --verify {File}", TestMachine.Passphrase)).Exits(0);
    }

    [Fact]
    public async Task Backup_OfADamagedRing_IsNotMade()
    {
        var ring = _machine.RingFile(1);
        var bytes = System.IO.File.ReadAllBytes(ring);
        bytes[^1] ^= 1;
        System.IO.File.WriteAllBytes(ring, bytes);

        (await Verb.Run(_machine, $"backup {File}")).Fails(7, "damaged");

        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Backup_DryRun_WritesNothing()
    {
        var before = _machine.Contents();

        var text = (await Verb.Run(_machine, $"backup --dry-run {File}")).Exits(0);
        var json = (await Verb.Run(_machine, "backup --dry-run -o json")).Exits(0);

        Assert.StartsWith("would write ROOT/ring.backup\n", text.Page, StringComparison.Ordinal);
        Assert.True(json.Report(AdminJson.Default.BackupReport).DryRun);
        Assert.Equal(before, _machine.Contents());
    }
}
