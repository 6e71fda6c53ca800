using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary>A key command that takes the administrator's credential: passphrase or recovery code.</summary>
public abstract class CredentialCommand : KeyCommand
{
    /// <param name="name">What is typed.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="takesBoth">True where several credentials are tried, one after the other.</param>
    protected CredentialCommand(string name, string description, bool takesBoth = false)
        : base(name, description)
    {
        Options.Add(PassphraseFile);
        Options.Add(RecoveryCodeFile);
        Options.Add(DryRun);
        if (takesBoth)
            return;
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
