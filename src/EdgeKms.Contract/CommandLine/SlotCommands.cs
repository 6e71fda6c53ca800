using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms slot</c>: the ways into the key ring.</summary>
public static class SlotCommands
{
    /// <summary>A passphrase that stays when another slot goes, in a file.</summary>
    public const string OtherPassphraseFileName = "--other-passphrase-file";

    public static Command Group() =>
        new("slot", "Show and change what opens the key ring: passphrases and recovery codes.")
        {
            new List(),
            new Add(),
            new Remove(),
            new ChangePassphrase(),
        };

    /// <summary><c>edgekms slot list</c>.</summary>
    public sealed class List() : KeyCommand("list", "List the slots.");

    /// <summary><c>edgekms slot add</c>.</summary>
    public sealed class Add : CredentialCommand
    {
        public Add()
            : base("add", "Add a passphrase, or a recovery code.")
        {
            Options.Add(Recovery);
            Options.Add(NewPassphraseFile);
            Options.Add(NewRecoveryCodeFile);
            Options.Add(Kdf);
        }

        public Option<bool> Recovery { get; } =
            new("--recovery") { Description = "Add a recovery code instead of a passphrase." };

        public Option<string?> NewPassphraseFile { get; } = NewPassphraseFileOption();

        public Option<string?> NewRecoveryCodeFile { get; } = NewRecoveryCodeFileOption();

        public Option<string> Kdf { get; } = KdfOption();
    }

    /// <summary><c>edgekms slot remove</c>.</summary>
    public sealed class Remove : CredentialCommand
    {
        public Remove()
            : base("remove", "Remove a slot: the ring gets a new ring key, KEK, node token and recovery code.")
        {
            Arguments.Add(Number);
            Options.Add(OtherPassphraseFile);
            Options.Add(DropOthers);
            Options.Add(NewRecoveryCodeFile);
        }

        public Argument<int> Number { get; } =
            new("NUMBER") { Description = "The slot's number, as \"edgekms slot list\" shows it." };

        public Option<string[]> OtherPassphraseFile { get; } =
            new(OtherPassphraseFileName)
            {
                Description =
                    "Passphrase of another slot that stays, in a file; once for each. Without it they are asked for.",
                HelpName = "FILE",
                DefaultValueFactory = _ => [],
            };

        public Option<bool> DropOthers { get; } =
            new("--drop-others") { Description = "Remove the other passphrases too instead of asking for them." };

        public Option<string?> NewRecoveryCodeFile { get; } = NewRecoveryCodeFileOption();
    }

    /// <summary><c>edgekms slot change-passphrase</c>.</summary>
    public sealed class ChangePassphrase : CredentialCommand
    {
        public ChangePassphrase()
            : base("change-passphrase", "Exchange a passphrase; the recovery code helps where it is forgotten.")
        {
            Arguments.Add(Number);
            Options.Add(NewPassphraseFile);
            Options.Add(Kdf);
        }

        public Argument<int?> Number { get; } =
            new("NUMBER")
            {
                Description = "The slot's number; without it the slot that the passphrase opens, or the only one.",
                Arity = ArgumentArity.ZeroOrOne,
            };

        public Option<string?> NewPassphraseFile { get; } = NewPassphraseFileOption();

        public Option<string> Kdf { get; } = KdfOption();
    }
}
