using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Errors;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Commands;

/// <summary>Where a command's exceptions become a message pair and an exit code.</summary>
internal static class Failures
{
    /// <summary>The name that messages begin with: <c>edgekms</c> hands its commands over under its own name.</summary>
    internal const string Program = "edgekms";

    internal static async Task<int> Guard(Func<Task<int>> command, IoStreams io)
    {
        try
        {
            return await command();
        }
        catch (EdgeKmsException e)
        {
            return ErrorTable.ToCommand(e).WriteTo(io.Error, Program);
        }
        catch (CommandException e)
        {
            return e.WriteTo(io.Error, Program);
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e)
        {
            // The edge of the process. The type's name only: a message might quote what must not be printed.
            var unknown = new CommandException(
                ExitCode.Failed,
                $"unexpected failure ({e.GetType().Name})",
                "this is a defect of EdgeKms: please report it with the command that you ran"
            );
            return unknown.WriteTo(io.Error, Program);
        }
    }
}
