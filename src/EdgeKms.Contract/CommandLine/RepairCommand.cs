using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms repair</c>.</summary>
public sealed class RepairCommand : KeyCommand
{
    public RepairCommand()
        : base("repair", "Give a sealed key ring a new node token.")
    {
        Options.Add(PassphraseFile);
        Options.Add(RecoveryCodeFile);
        Options.Add(DryRun);
    }

    public Option<string?> PassphraseFile { get; } = PassphraseFileOption();

    public Option<string?> RecoveryCodeFile { get; } =
        new("--recovery-code-file")
        {
            Description = "Read the recovery code from FILE (- is standard input) instead of using the passphrase.",
            HelpName = "FILE",
        };

    public Option<bool> DryRun { get; } = DryRunOption();
}
