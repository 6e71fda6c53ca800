using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms init</c>.</summary>
public sealed class InitCommand : KeyCommand
{
    public const string Argon2id = "argon2id";
    public const string Pbkdf2 = "pbkdf2";

    public InitCommand()
        : base("init", "Make the key ring, its passphrase slot and recovery code.")
    {
        Options.Add(PassphraseFile);
        Options.Add(RecoveryCodeFile);
        Options.Add(Kdf);
        Options.Add(AnotherRing);
        Options.Add(DryRun);
    }

    public Option<string?> PassphraseFile { get; } = PassphraseFileOption();

    public Option<string?> RecoveryCodeFile { get; } =
        new(RecoveryCodeFileName)
        {
            Description = "Write the recovery code into a new file (mode 0600) instead of printing it.",
            HelpName = "FILE",
        };

    public Option<string> Kdf { get; } = KdfOption();

    public Option<string?> AnotherRing { get; } =
        new("--another-ring")
        {
            Description =
                "Make a new ring although this machine remembers one: what is stored under that one can't be read with the new one. The reason goes into the audit log.",
            HelpName = "REASON",
        };

    public Option<bool> DryRun { get; } = DryRunOption();
}
