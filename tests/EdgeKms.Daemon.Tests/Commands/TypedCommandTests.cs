using System.CommandLine;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Credentials;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class TypedCommandTests
{
    [Theory]
    [InlineData("rotate", "edgekms rotate --recovery-code-file -")]
    [InlineData("slot add --passphrase-file - -o json", "edgekms slot add -o json --recovery-code-file -")]
    [InlineData("repair --passphrase-file=/a --dry-run", "edgekms repair --dry-run --recovery-code-file -")]
    [InlineData("repair --recovery-code-file /a", "edgekms repair --recovery-code-file -")]
    [InlineData(
        @"restore 'my backup' --force 'it'\''s $HOME'",
        @"edgekms restore 'my backup' --force 'it'\''s $HOME' --recovery-code-file -"
    )]
    [InlineData("restore --force=-x /b", "edgekms restore --force=-x /b --recovery-code-file -")]
    [InlineData("restore --verify -- -b", "edgekms restore --verify --recovery-code-file - -- -b")]
    [InlineData("restore ''", "edgekms restore '' --recovery-code-file -")]
    public void With_AnOptionInTheOthersPlace_IsTheSameCommandForAShell(string typed, string expected)
    {
        var hint = Of(typed).Without("--passphrase-file").With("--recovery-code-file", "-").ToString();

        Assert.Equal(expected, hint);
        // Read again it is the same.
        Assert.Equal(expected, Of(string.Join(' ', ShellWords.Of(hint)[1..].Select(TypedCommand.Quote))).ToString());
    }

    [Theory]
    [InlineData("rotate", false)]
    [InlineData("slot add", true)]
    [InlineData("keys destroy k --evidence e", true)]
    public void Takes_AnOption_AsTheCommandDefinesIt(string typed, bool takes) =>
        Assert.Equal(takes, Of(typed).Takes(KeyCommand.RecoveryCodeFileName));

    [Fact]
    public void Unknown_WithAnOption_IsTheSameCommand()
    {
        Assert.Equal("the same command", TypedCommand.Unknown.Without("--passphrase-file").ToString());
        Assert.Equal("the same command with --x -", TypedCommand.Unknown.With("--x", "-").ToString());
    }

    internal static TypedCommand Of(string line)
    {
        var root = new RootCommand();
        new SettingOptions().AddTo(root);
        foreach (var command in KeyCommand.All())
            root.Subcommands.Add(command);
        return TypedCommand.Of(root.Parse(ShellWords.Of(line)));
    }
}
