using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms audit-log verify</c>.</summary>
public sealed class AuditLogVerifyCommand : KeyCommand
{
    public AuditLogVerifyCommand()
        : base(
            "verify",
            "Check that no entry was changed, taken out or moved (else exit code 7), and that the log covers the key ring (else 13)."
        ) => Options.Add(Head);

    public Option<string?> Head { get; } =
        new("--head")
        {
            Description =
                "A head that an earlier verify printed and that you noted elsewhere: check that it is still in the log. "
                + "This finds entries cut off at the end, and a log written anew. What was missing before it is accepted.",
            HelpName = "SEQ:HASH",
        };
}
