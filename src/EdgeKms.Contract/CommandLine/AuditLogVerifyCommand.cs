using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms audit-log verify</c>.</summary>
public sealed class AuditLogVerifyCommand : KeyCommand
{
    public AuditLogVerifyCommand()
        : base("verify", "Check that no entry was changed, taken out or moved; exit code 7 where one was.") =>
        Options.Add(Head);

    public Option<string?> Head { get; } =
        new("--head")
        {
            Description =
                "A head that an earlier verify printed and that you noted elsewhere: check that it is still in the log. "
                + "Only this finds entries cut off at the end, or a log written anew.",
            HelpName = "SEQ:HASH",
        };
}
