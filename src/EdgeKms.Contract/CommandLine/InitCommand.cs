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
        Kdf.AcceptOnlyFromAmong(Argon2id, Pbkdf2);
        Options.Add(PassphraseFile);
        Options.Add(RecoveryCodeFile);
        Options.Add(Kdf);
        Options.Add(DryRun);
    }

    public Option<string?> PassphraseFile { get; } = PassphraseFileOption();

    public Option<string?> RecoveryCodeFile { get; } =
        new("--recovery-code-file")
        {
            Description = "Write the recovery code into a new file (mode 0600) instead of printing it.",
            HelpName = "FILE",
        };

    public Option<string> Kdf { get; } =
        new("--kdf")
        {
            Description =
                "How the passphrase is stretched: argon2id (64 MiB, 3 passes), or pbkdf2 (HMAC-SHA-512, 210000 "
                + "iterations) for sites that need FIPS algorithms.",
            DefaultValueFactory = _ => Argon2id,
        };

    public Option<bool> DryRun { get; } = DryRunOption();
}
