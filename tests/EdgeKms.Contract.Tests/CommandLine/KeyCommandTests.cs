using System.CommandLine;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Contract.Tests.CommandLine;

public class KeyCommandTests
{
    private static ParseResult Parse(params string[] arguments)
    {
        var root = new RootCommand();
        foreach (var command in KeyCommand.All())
            root.Subcommands.Add(command);
        return root.Parse(arguments);
    }

    [Fact]
    public void All_Commands_AreInTheOrderOfUse() =>
        Assert.Equal(
            ["init", "rotate", "repair", "backup", "restore", "slot", "doctor"],
            KeyCommand.All().Select(c => c.Name)
        );

    [Fact]
    public void EveryKeyCommand_ThatChangesSomething_HasDryRunAndOutput() =>
        Assert.All(
            KeyCommand.Leaves(KeyCommand.All()).Where(c => c is not (DoctorCommand or SlotCommands.List)),
            c =>
                Assert.Subset(
                    c.Options.Select(o => o.Name).ToHashSet(),
                    new HashSet<string> { "--dry-run", "--output" }
                )
        );

    [Fact]
    public void NoKeyCommand_Option_TakesASecretItself() =>
        Assert.All(
            KeyCommand.All().SelectMany(c => c.Options).Where(o => o.Name.Contains("pass") || o.Name.Contains("code")),
            o => Assert.EndsWith("-file", o.Name)
        );

    [Theory]
    [InlineData("json", OutputFormat.Json)]
    [InlineData("text", OutputFormat.Text)]
    public void Output_Choice_IsRead(string text, OutputFormat format)
    {
        var parsed = Parse("rotate", "-o", text);
        Assert.Empty(parsed.Errors);
        Assert.Equal(format, parsed.GetValue(((KeyCommand)parsed.CommandResult.Command).Output));
    }

    [Fact]
    public void Output_NotGiven_IsText()
    {
        var parsed = Parse("rotate");
        Assert.Equal(OutputFormat.Text, parsed.GetValue(((KeyCommand)parsed.CommandResult.Command).Output));
    }

    [Theory]
    [InlineData("JSON")]
    [InlineData("1")]
    [InlineData("")]
    public void Output_AnythingElse_IsAParseError(string text) =>
        Assert.Equal("option --output must be text or json", Assert.Single(Parse("rotate", "-o", text).Errors).Message);

    [Fact]
    public void Kdf_UnknownName_IsAParseError() => Assert.NotEmpty(Parse("init", "--kdf", "scrypt").Errors);
}
