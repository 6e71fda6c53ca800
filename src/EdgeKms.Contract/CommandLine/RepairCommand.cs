using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary>
/// <c>edgekms repair</c>. An older generation may open with a passphrase of before or with the code alone, so both may be given.
/// </summary>
public sealed class RepairCommand : CredentialCommand
{
    public RepairCommand()
        : base("repair", "Find and mend what keeps the key ring from opening; local files only.", takesBoth: true) =>
        Options.Add(AcceptRollback);

    public Option<string?> AcceptRollback { get; } =
        ReasonOption(
            "--accept-rollback",
            "Carry on from an older ring than this machine has used: Secrets that were written since stay unreadable. "
                + "The reason goes into the audit log."
        );
}
