using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Errors;

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
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e)
        {
            return Failure.Of(e, "the command that you ran").WriteTo(io.Error, Program); // the edge of the process
        }
    }
}
