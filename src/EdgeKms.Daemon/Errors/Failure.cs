using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Errors;

/// <summary>Any exception as what is said of it: a text, a hint, an exit code. Never its own words or its stack.</summary>
internal static class Failure
{
    /// <param name="failure">What ended a command, or a part of the daemon.</param>
    /// <param name="report">What to send along where it is a defect of ours.</param>
    internal static CommandException Of(Exception failure, string report) =>
        failure switch
        {
            EdgeKmsException e => ErrorTable.ToCommand(e),
            CommandException e => e,
            // What others throw to say that one of ours was thrown.
            { InnerException: (EdgeKmsException or CommandException) and var inner } => Of(inner, report),
            // The type's name only: a message might quote what must not be printed.
            _ => new CommandException(
                ExitCode.Failed,
                $"unexpected failure ({failure.GetType().Name})",
                $"this is a defect of EdgeKms: please report it with {report}"
            ),
        };
}
