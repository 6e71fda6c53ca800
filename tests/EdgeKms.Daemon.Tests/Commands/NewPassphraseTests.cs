using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Credentials;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>A new passphrase that can't be used: the hint ends with the command that asks for it again.</summary>
public sealed class NewPassphraseTests : IDisposable
{
    private const string Good = "a good new passphrase";

    private TestMachine _machine = TestMachine.WithAdministrator();

    public static TheoryData<string, string> Verbs =>
        new()
        {
            { "init --kdf pbkdf2", "--passphrase-file" },
            { "slot add --kdf pbkdf2", "--new-passphrase-file" },
            { "slot change-passphrase --kdf pbkdf2", "--new-passphrase-file" },
        };

    public void Dispose() => _machine.Dispose();

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Passphrase_TooShortOrTypedInTwoWays_IsAskedForAgainByThePastedCommand(string line, string option)
    {
        var old = Begin(line);
        var (rule, length) = ("type the same one twice; try again: ", "it has 12 to 1024 bytes; try again: ");

        var differ = (await Verb.Run(_machine, line, [.. old, Good, "another"])).Exits(2);
        var shorter = (await Verb.Run(_machine, line, [.. old, "short"])).Exits(2);
        var inFile = (await Verb.Run(_machine, $"{line} {option} {_machine.Write("new", "short")}", old)).Exits(2);

        Assert.Contains("the two passphrases differ", differ.Error, StringComparison.Ordinal);
        Assert.Contains(rule, differ.Hint, StringComparison.Ordinal);
        Assert.Contains(length, shorter.Hint, StringComparison.Ordinal);
        Assert.Contains(
            $"it has 12 to 1024 bytes; without {option} it is asked for: ",
            inFile.Hint,
            StringComparison.Ordinal
        );
        Assert.Equal(differ.Pasted, shorter.Pasted);
        Assert.Equal(differ.Pasted, inFile.Pasted);
        (await inFile.Paste(_machine, [.. old, Good, Good])).Exits(0);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Passphrase_NothingInTheFile_IsSaidWithTheOptionOfTheVerb(string line, string option)
    {
        var old = Begin(line);

        var empty = (await Verb.Run(_machine, $"{line} {option} {_machine.Write("new", "")}", old)).Exits(2);

        Assert.Contains("nothing was entered", empty.Error, StringComparison.Ordinal);
        Assert.Contains($"without {option} it is asked for: ", empty.Hint, StringComparison.Ordinal);
        (await empty.Paste(_machine, [.. old, Good, Good])).Exits(0);
    }

    [Fact]
    public async Task Passphrase_InAFileThatOthersRead_IsToldToMakeItPrivate()
    {
        var file = _machine.Write("it's new", Good);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var quoted = TypedCommand.Quote(file);

        var refused = await Verb.Run(_machine, $"slot add --new-passphrase-file {quoted}", TestMachine.Passphrase);

        Assert.Contains("can be read by others", refused.Exits(9).Error, StringComparison.Ordinal);
        Assert.EndsWith($": chmod 600 {quoted}", refused.Hint, StringComparison.Ordinal);
        Assert.Equal(file, ShellWords.Of(refused.Hint)[^1]);
    }

    [Theory]
    [InlineData("slot add", "--new-passphrase-file")]
    [InlineData("slot add", "--passphrase-file")]
    [InlineData("slot add", "--recovery-code-file")]
    [InlineData("rotate", "--passphrase-file")]
    public void Terminal_Absent_IsToldTheOptionOfWhatIsAskedFor(string verb, string option)
    {
        using var streams = new ScriptedStreams();
        var io = streams.Io with
        {
            TryAsk = _ => throw new CommandException(ExitCode.Usage, "there is no terminal", "-"),
            Typed = TypedCommandTests.Of(verb),
        };

        var refused = Assert.Throws<CommandException>(() => new SecretInput("Something", option, null).Read(io));

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.EndsWith($": edgekms {verb} {option} -", refused.Hint, StringComparison.Ordinal);
    }

    /// <summary>What a person is asked for before the new passphrase; <c>init</c> has no ring yet.</summary>
    private string[] Begin(string line)
    {
        if (!line.StartsWith("init", StringComparison.Ordinal))
            return [TestMachine.Passphrase];
        _machine.Dispose();
        _machine = new TestMachine(withRing: false);
        return [];
    }
}
