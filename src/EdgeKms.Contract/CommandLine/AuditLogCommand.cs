using System.CommandLine;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms audit-log</c>.</summary>
public sealed class AuditLogCommand : Command
{
    public AuditLogCommand()
        : base("audit-log", "Show and verify the log of what happened to the keys.")
    {
        Subcommands.Add(new AuditLogShowCommand());
        Subcommands.Add(new AuditLogVerifyCommand());
    }
}
