using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Tests.Commands.Slots;

public sealed class ChangePassphraseTests : IDisposable
{
    private const string New = "a new passphrase";
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task ChangePassphrase_WithTheOld_PutsTheNewInItsPlace()
    {
        var changed = await Verb.Run(_machine, "slot change-passphrase --kdf pbkdf2", TestMachine.Passphrase, New, New);

        Assert.Equal([Verb.AsksPassphrase, Verb.AsksNew, Verb.AsksAgain], changed.Exits(0).Asked);
        Assert.StartsWith(
            "added slot 4\nremoved slot 1\nkey ring RING, generation 2\n",
            changed.Page,
            StringComparison.Ordinal
        );
        Assert.EndsWith("\"edgekms slot remove\" makes a new ring key\n", changed.Out, StringComparison.Ordinal);
        await OnlyTheNewOneOpens();
    }

    [Fact]
    public async Task ChangePassphrase_WithTheRecoveryCode_HelpsWhoeverForgotIt()
    {
        (await Verb.Run(_machine, "slot change-passphrase --kdf pbkdf2", "", TestMachine.Code, New, New)).Exits(0);

        await OnlyTheNewOneOpens();
    }

    [Fact]
    public async Task ChangePassphrase_OfSeveral_ChangesTheOneThatWasGivenOrNamed()
    {
        const string second = "a second passphrase";
        (await Verb.Run(_machine, "slot add --kdf pbkdf2", TestMachine.Passphrase, second, second)).Exits(0);
        const string line = "slot change-passphrase --kdf pbkdf2";

        (await Verb.Run(_machine, line, "", TestMachine.Code)).Fails(2, "there are several passphrases");
        (await Verb.Run(_machine, $"{line} 2", TestMachine.Passphrase)).Fails(2, "there is no passphrase slot 2");
        var named = await Verb.Run(_machine, $"{line} 1 -o json", second, New, New);
        var given = await Verb.Run(_machine, $"{line} -o json", second, "a third passphrase", "a third passphrase");

        Assert.Equal(1, named.Exits(0).Report(AdminJson.Default.SlotsReport).Removed);
        Assert.Equal(4, given.Exits(0).Report(AdminJson.Default.SlotsReport).Removed);
    }

    [Theory]
    [InlineData(4, "wrong passphrase", "not the passphrase")]
    [InlineData(2, "the two passphrases differ", TestMachine.Passphrase, New, "another passphrase")]
    public async Task ChangePassphrase_WithAWrongAnswer_ChangesNothing(int exit, string why, params string[] answers)
    {
        var before = _machine.Contents();

        (await Verb.Run(_machine, "slot change-passphrase --kdf pbkdf2", answers)).Fails(exit, why);

        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task ChangePassphrase_DryRun_SaysWhatAndChangesNothing()
    {
        var before = _machine.Contents();

        var looked = (await Verb.Run(_machine, "slot change-passphrase --dry-run", TestMachine.Passphrase)).Exits(0);

        Assert.Equal("would remove slot 1 and add slot 4; nothing was changed (--dry-run)\n", looked.Out);
        Assert.Equal(before, _machine.Contents());
    }

    private async Task OnlyTheNewOneOpens()
    {
        File.Delete(_machine.Settings.NodeTokenFile);
        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(4);
        (await Verb.Run(_machine, "repair", New)).Exits(0);
        File.Delete(_machine.Settings.NodeTokenFile);
        (await Verb.Run(_machine, "repair", "", TestMachine.Code)).Exits(0);
    }
}
