using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary>
/// The commands that touch the key ring. <c>edgekms</c> shows them and hands them to <c>edgekmsd</c>, which carries
/// them out; both build them here, so help, completion and parsing are one.
/// </summary>
public abstract class KeyCommand : Command
{
    protected KeyCommand(string name, string description)
        : base(name, description) => Options.Add(Output);

    /// <summary><c>-o text|json</c>.</summary>
    public Option<OutputFormat> Output { get; } = new OutputOption();

    /// <summary>Every key command, and the groups that hold some, in the order of the help.</summary>
    public static IReadOnlyList<Command> All() =>
        [new InitCommand(), new RotateCommand(), new RepairCommand(), new AuditLogCommand()];

    protected static Option<string?> PassphraseFileOption() =>
        new("--passphrase-file")
        {
            Description =
                "Read the administrator passphrase from FILE (first line, not readable by others; - is standard input) "
                + "instead of asking on the terminal.",
            HelpName = "FILE",
        };

    protected static Option<bool> DryRunOption() =>
        new("--dry-run") { Description = "Say what would be done, change nothing." };
}
