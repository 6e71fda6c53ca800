using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Status;

/// <summary>Asks <c>GET /v1/status</c> of the daemon.</summary>
internal static class StatusClient
{
    /// <summary>The daemon's report of at most 4 MiB; null where nobody listens.</summary>
    /// <exception cref="CommandException">As <see cref="AdminClient"/>; exit code 1: no status report.</exception>
    public static async Task<StatusReport?> AskAsync(
        DaemonSockets sockets,
        TimeSpan limit,
        CancellationToken cancellation
    ) =>
        await AdminClient.GetAsync(sockets, "/v1/status", limit, cancellation) is { } json
            ? StatusSource.Parse(json)
            : null;
}
