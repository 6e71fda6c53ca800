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
            ["init", "rotate", "repair", "backup", "restore", "slot", "keys", "doctor", "audit-log"],
            KeyCommand.All().Select(c => c.Name)
        );

    [Fact]
    public void Leaves_OfTheAuditLog_AreItsTwoCommands() =>
        Assert.Equal(["show", "verify"], KeyCommand.Leaves([new AuditLogCommand()]).Select(c => c.Name));

    [Fact]
    public void EveryKeyCommand_Options_HaveOutputAndWhereItChangesSomethingDryRun() =>
        Assert.All(
            KeyCommand.Leaves(KeyCommand.All()),
            c =>
                Assert.Subset(
                    c.Options.Select(o => o.Name).ToHashSet(),
                    c
                            is AuditLogShowCommand
                                or AuditLogVerifyCommand
                                or DoctorCommand
                                or SlotCommands.List
                                or KeysCommands.List
                            ? new HashSet<string> { "--output" }
                        // Without --apply it is a dry run.
                        : c is KeysCommands.Destroy ? new HashSet<string> { "--apply", "--output" }
                        : new HashSet<string> { "--dry-run", "--output" }
                )
        );

    [Fact]
    public void NoKeyCommand_Option_TakesASecretItself() =>
        Assert.All(
            KeyCommand
                .Leaves(KeyCommand.All())
                .SelectMany(c => c.Options)
                .Where(o => o.Name.Contains("pass") || o.Name.Contains("code")),
            o => Assert.EndsWith("-file", o.Name)
        );

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999")]
    public void Tail_BelowOneOrNoNumber_IsAParseError(string text) =>
        Assert.NotEmpty(Parse("audit-log", "show", $"--tail={text}").Errors);

    [Fact]
    public void Tail_Number_IsRead()
    {
        var parsed = Parse("audit-log", "show", "--tail", "3");
        Assert.Empty(parsed.Errors);
        Assert.Equal(3, parsed.GetValue(((AuditLogShowCommand)parsed.CommandResult.Command).Tail));
    }

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
