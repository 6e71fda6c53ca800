using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary>
/// The commands that touch the key ring. <c>edgekms</c> shows them and hands them to <c>edgekmsd</c>, which carries
/// them out; both build them here, so help, completion and parsing are one.
/// </summary>
public abstract class KeyCommand : Command
{
    /// <summary>The administrator's passphrase, in a file.</summary>
    public const string PassphraseFileName = "--passphrase-file";

    /// <summary>The recovery code, in a file; <c>init</c> writes it there.</summary>
    public const string RecoveryCodeFileName = "--recovery-code-file";

    /// <summary>A passphrase that is added, in a file.</summary>
    public const string NewPassphraseFileName = "--new-passphrase-file";

    protected KeyCommand(string name, string description)
        : base(name, description) => Options.Add(Output);

    /// <summary><c>-o text|json</c>.</summary>
    public Option<OutputFormat> Output { get; } = new OutputOption();

    /// <summary>Every key command and every group of them, in the order of the help.</summary>
    public static IReadOnlyList<Command> All() =>
        [
            new InitCommand(),
            new RotateCommand(),
            new RepairCommand(),
            new BackupCommand(),
            new RestoreCommand(),
            SlotCommands.Group(),
            KeysCommands.Group(),
            new DoctorCommand(),
            new AuditLogCommand(),
        ];

    /// <summary>The key commands among these commands and their subcommands.</summary>
    public static IEnumerable<KeyCommand> Leaves(IEnumerable<Command> commands) =>
        commands.SelectMany(c => c is KeyCommand leaf ? [leaf] : Leaves(c.Subcommands));

    protected static Option<string?> PassphraseFileOption() =>
        new(PassphraseFileName)
        {
            Description =
                "Read the administrator passphrase from FILE (first line, not readable by others; - is standard input) "
                + "instead of asking on the terminal.",
            HelpName = "FILE",
        };

    protected static Option<string?> RecoveryCodeFileOption() =>
        new(RecoveryCodeFileName)
        {
            Description = "Read the recovery code from FILE (- is standard input) instead of using the passphrase.",
            HelpName = "FILE",
        };

    protected static Option<string?> NewPassphraseFileOption() =>
        new(NewPassphraseFileName)
        {
            Description =
                "Read the new passphrase from FILE (12 to 1024 bytes on its first line; - is standard input) instead of "
                + "asking twice on the terminal.",
            HelpName = "FILE",
        };

    protected static Option<string?> NewRecoveryCodeFileOption() =>
        new("--new-recovery-code-file")
        {
            Description = "Write the new recovery code into a new file (mode 0600) instead of printing it.",
            HelpName = "FILE",
        };

    protected static Option<string> KdfOption()
    {
        var option = new Option<string>("--kdf")
        {
            Description =
                "How the passphrase is stretched: argon2id (64 MiB, 3 passes), or pbkdf2 (HMAC-SHA-512, 210000 "
                + "iterations) for sites that need FIPS algorithms.",
            DefaultValueFactory = _ => InitCommand.Argon2id,
        };
        option.AcceptOnlyFromAmong(InitCommand.Argon2id, InitCommand.Pbkdf2);
        return option;
    }

    protected static Option<bool> DryRunOption() =>
        new("--dry-run") { Description = "Say what would be done, change nothing." };

    /// <summary>An option whose text goes into the audit log: one line of 1 to 200 characters.</summary>
    protected static Option<string?> ReasonOption(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "REASON" };
        option.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string?>();
            if (text is not null && (text.Length is 0 or > 200 || text.Any(char.IsControl)))
                result.AddError($"{name} takes a reason of 1 to 200 characters on one line");
        });
        return option;
    }
}
