using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms keys</c>: the KEKs of the ring.</summary>
public static class KeysCommands
{
    public static Command Group() =>
        new("keys", "Show the keys of the ring, and destroy one that nothing needs any more.")
        {
            new List(),
            new Destroy(),
        };

    /// <summary><c>edgekms keys list</c>.</summary>
    public sealed class List() : KeyCommand("list", "List every key with its state and dates.");

    /// <summary><c>edgekms keys destroy</c>.</summary>
    public sealed class Destroy : KeyCommand
    {
        public Destroy()
            : base("destroy", "Destroy a retired key: first a plan with a digest, then the same with --apply DIGEST.")
        {
            Arguments.Add(Id);
            Options.Add(Evidence);
            Options.Add(Apply);
            Options.Add(PassphraseFile);
            Options.Add(RecoveryCodeFile);
            Validators.Add(result =>
            {
                if (result.GetResult(PassphraseFile) is not null && result.GetResult(RecoveryCodeFile) is not null)
                    result.AddError("give --passphrase-file or --recovery-code-file, not both");
            });
        }

        public Argument<string> Id { get; } = new("ID") { Description = "The key, as \"edgekms keys list\" shows it." };

        public Option<string> Evidence { get; } =
            new("--evidence")
            {
                Description = "What \"edgekms scan --all -o json\" printed, at most an hour ago.",
                HelpName = "SCAN.json",
                Required = true,
            };

        public Option<string?> Apply { get; } =
            new("--apply")
            {
                Description = "Carry out the plan with this digest. Nothing brings the key back.",
                HelpName = "DIGEST",
            };

        public Option<string?> PassphraseFile { get; } = PassphraseFileOption();

        public Option<string?> RecoveryCodeFile { get; } = RecoveryCodeFileOption();
    }
}
