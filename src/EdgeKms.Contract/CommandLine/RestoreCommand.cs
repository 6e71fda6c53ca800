using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms restore</c>.</summary>
public sealed class RestoreCommand : CredentialCommand
{
    public RestoreCommand()
        : base("restore", "Bring the key ring back from a backup, or prove that one opens.")
    {
        Arguments.Add(File);
        Options.Add(Verify);
        Options.Add(Force);
    }

    public Argument<string> File { get; } = new("FILE") { Description = "A file that \"edgekms backup\" wrote." };

    public Option<bool> Verify { get; } =
        new("--verify") { Description = "Open the backup, test every key in it, list the key ids; change nothing." };

    public Option<string?> Force { get; } =
        ReasonOption(
            "--force",
            "Restore over a ring with keys that the backup lacks, or over another ring: Secrets that need those keys stay unreadable. The reason goes into the "
                + "audit log."
        );
}
