using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary>A key command that takes the administrator's credential: passphrase or recovery code.</summary>
public abstract class CredentialCommand : KeyCommand
{
    protected CredentialCommand(string name, string description)
        : base(name, description)
    {
        Options.Add(PassphraseFile);
        Options.Add(RecoveryCodeFile);
        Options.Add(DryRun);
        Validators.Add(result =>
        {
            if (result.GetResult(PassphraseFile) is not null && result.GetResult(RecoveryCodeFile) is not null)
                result.AddError("give --passphrase-file or --recovery-code-file, not both");
        });
    }

    public Option<string?> PassphraseFile { get; } = PassphraseFileOption();

    public Option<string?> RecoveryCodeFile { get; } = RecoveryCodeFileOption();

    public Option<bool> DryRun { get; } = DryRunOption();
}
