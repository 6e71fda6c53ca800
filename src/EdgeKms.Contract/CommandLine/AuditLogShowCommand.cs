using System.CommandLine;
using System.Globalization;

namespace EdgeKms.Contract.CommandLine;

/// <summary><c>edgekms audit-log show</c>.</summary>
public sealed class AuditLogShowCommand : KeyCommand
{
    public AuditLogShowCommand()
        : base("show", "Print the entries, oldest first.")
    {
        Tail.Validators.Add(result =>
        {
            // What is no number the parser refuses; asking for its value would throw.
            if (
                int.TryParse(result.Tokens.SingleOrDefault()?.Value, CultureInfo.InvariantCulture, out var count)
                && count < 1
            )
                result.AddError("option --tail must be at least 1");
        });
        Options.Add(Tail);
    }

    public Option<int?> Tail { get; } = new("--tail") { Description = "Only the newest N entries.", HelpName = "N" };
}
