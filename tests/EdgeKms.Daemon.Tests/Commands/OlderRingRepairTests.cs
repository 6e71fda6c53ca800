using System.Text;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Tests.Doctor;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>Repairs that would fall behind the key that was used last, or take a number from nobody.</summary>
public sealed class OlderRingRepairTests : IDisposable
{
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    private string State => _machine.Settings.StateDirectory;

    public void Dispose() => _machine.Dispose();

    /// <summary>The passphrase was changed, a key was made, and the newest file is damaged: the old passphrase opens too old a ring.</summary>
    [Fact]
    public async Task Repair_WhoseGoodGenerationLacksTheLastKey_RefusesAndNamesTheBackup()
    {
        var files = new RingFiles(_machine.Settings, _machine.Time);
        var header = _machine.Stored!.Ring.Header;
        using var passphrase = SecretBytes.CopyOf(Encoding.UTF8.GetBytes("another passphrase"));
        var slot = NewSlots.Make(
            header.Id,
            9,
            SlotKind.Admin,
            TestMachine.Start,
            new SlotKdf.Pbkdf2Sha512(1_000),
            passphrase,
            files.Tokens.Unlock(header)
        );
        var newest = files.Writer.Rotate(files.Writer.WithSlots(_machine.Stored!, [slot]).Stored).Stored;
        newest = files.Writer.ReplaceToken(newest).Stored;
        Patient.Flip(_machine.RingFile(4), ^1);

        var refused = (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(7);

        Assert.Contains($"it lacks {newest.Ring.Active.Id}, the key that was used last", refused.Error);
        Assert.Contains($"edgekms: hint: run \"edgekms restore {_machine.Root}/backups/", refused.Error);
        Assert.False(File.Exists(_machine.RingFile(5)));
        (await Verb.Run(_machine, "repair", "another passphrase")).Exits(0);
        Assert.Equal(newest.Ring.Active.Id, _machine.Store.Load().Header.Active.Id);
    }

    /// <summary>Without a terminal both may be given: the one that opens a generation is taken.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repair_WithAPassphraseThatOpensNothingAndTheCode_TriesBoth(bool isDamaged)
    {
        var files = new RingFiles(_machine.Settings, _machine.Time);
        if (isDamaged)
        {
            files.Writer.ReplaceToken(_machine.Stored!);
            Patient.Flip(_machine.RingFile(2), ^1);
        }
        else
        {
            File.Delete(_machine.Settings.NodeTokenFile);
        }
        var (passphrase, code) = (Path.Combine(_machine.Root, "passphrase"), Path.Combine(_machine.Root, "code"));
        await File.WriteAllTextAsync(passphrase, "a passphrase of later\n");
        await File.WriteAllTextAsync(code, TestMachine.Code + "\n");
        foreach (var file in new[] { passphrase, code })
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var run = await Verb.Run(_machine, $"repair --passphrase-file {passphrase} --recovery-code-file {code}");

        run.Exits(0);
        Assert.Equal(TestMachine.Start, _machine.Store.Load().Header.Keys[0].Created);
        (await Verb.Run(_machine, "rotate")).Exits(0);
    }

    [Fact]
    public async Task Repair_OfALostTokenOfAnOlderRing_DoesNotMakeItTheRightOne()
    {
        _machine.Rotate();
        File.Delete(_machine.RingFile(2));
        File.Delete(Path.Combine(State, RingStore.CheckpointName));
        File.Delete(_machine.Settings.NodeTokenFile);
        Directory.Delete(Path.Combine(State, "audit"), recursive: true); // the backup of generation 2 alone is left

        var refused = (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(7);

        Assert.Contains("there is a backup of generation 2, but the newest is 1", refused.Error);
        Assert.False(File.Exists(_machine.RingFile(3)));
        (await Verb.Run(_machine, "repair --accept-rollback drill", TestMachine.Passphrase)).Exits(0);
        Assert.Equal(3, _machine.Store.Load().Header.Generation);
    }

    [Fact]
    public async Task Repair_BesideAFileWithAForgedNumber_TakesNoNumberFromIt()
    {
        _machine.Rotate();
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(_machine.RingFile(2)));
        var forged = Encoding.Latin1.GetBytes(text.Replace("generation 2\n", "generation 50\n"));
        using (File.Create(_machine.RingFile(50))) { }
        File.SetUnixFileMode(_machine.RingFile(50), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(_machine.RingFile(50), forged);

        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(0);

        Assert.Equal(3, _machine.Store.Load().Header.Generation);
        Assert.True(File.Exists(_machine.RingFile(50) + ".unusable-1"));
    }

    [Fact]
    public async Task Repair_WhereNoGenerationCanBeRead_MakesNoneAndNamesTheRestore()
    {
        Patient.Flip(_machine.RingFile(1), 0);

        var refused = await Verb.Run(_machine, "repair --accept-rollback drill");

        Assert.Contains("no generation on this machine can be opened", refused.Exits(7).Error);
        Assert.Contains("edgekms restore FILE", refused.Hint, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_machine.RingFile(1))!));
    }

    [Fact]
    public async Task Restore_OverAnotherRing_KeepsItsFilesAside()
    {
        using var other = TestMachine.WithAdministrator();
        var files = new RingFiles(other.Settings, other.Time);
        var backup = $"{other.Root}/backups/{files.Backups!.List(other.Stored!.Ring.Header.Id)[^1]}";
        var before = File.ReadAllBytes(_machine.RingFile(1));

        (await Verb.Run(_machine, $"restore {backup} --force drill", TestMachine.Passphrase)).Exits(0);

        Assert.Equal(before, File.ReadAllBytes(_machine.RingFile(1) + ".unusable-1"));
        Assert.False(File.Exists(_machine.RingFile(1)));
    }
}
