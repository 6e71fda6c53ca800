using System.Text;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Metrics;

/// <summary>The daemon's metrics, and whether there is a daemon: the page of one that is away has a single line.</summary>
internal static class MetricsSource
{
    private const string Up = """
        # HELP edgekms_up 1 where edgekmsd answers on its socket.
        # TYPE edgekms_up gauge
        edgekms_up
        """;

    /// <summary>The page, and what stands in the way of the daemon's own; null where nothing does.</summary>
    internal static async Task<(byte[] Page, CommandException? Problem)> ReadAsync(
        DaemonSockets sockets,
        CancellationToken cancellation
    )
    {
        try
        {
            return await AdminClient.GetAsync(sockets, "/metrics", AdminClient.Limit, cancellation) is { } page
                ? ([.. Line(1), .. page], null)
                : (
                    Line(0),
                    new CommandException(
                        ExitCode.Unreachable,
                        $"edgekmsd doesn't run: nobody listens on {sockets.Admin}",
                        "start it: systemctl start edgekmsd"
                    )
                );
        }
        catch (CommandException e)
        {
            return (Line(0), e);
        }
    }

    private static byte[] Line(int value) => Encoding.ASCII.GetBytes($"{Up} {value}\n");
}
