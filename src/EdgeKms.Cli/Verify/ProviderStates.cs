using EdgeKms.Cli.Status;
using EdgeKms.Cluster.Verify;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Verify;

/// <summary>What the daemon says, for the checks: a daemon that doesn't answer is a finding, not a failure.</summary>
internal static class ProviderStates
{
    private const string Start = "sudo systemctl start edgekmsd";

    public static async Task<ProviderState> AskAsync(DaemonSockets sockets, CancellationToken cancellation)
    {
        try
        {
            return await StatusClient.AskAsync(sockets, AdminClient.Limit, cancellation) is { } report
                ? Of(report)
                : new ProviderState(null, null, $"edgekmsd doesn't run: nobody listens on {sockets.Admin}", Start);
        }
        catch (CommandException e)
        {
            return new ProviderState(null, null, e.Message, e.Hint);
        }
    }

    /// <summary>Pure, so that a test shows it for any report.</summary>
    public static ProviderState Of(StatusReport report)
    {
        var active = report.Ring?.Keys.FirstOrDefault(k => k.State == "active");
        // A daemon whose ring lacks keys of stored objects is well; the objects are not, and have a check of their own.
        var problem =
            report.Problem?.Code == ObjectsReport.UnreadableCode
                ? null
                : report.Problem?.Text ?? (report.ExitCode == 0 ? null : $"its state is {report.State}");
        return new ProviderState(
            active?.Id,
            active?.Hash,
            problem,
            StatusVerdict.Problem(report)?.Hint ?? "edgekms status",
            report.Ring?.Id,
            report.KmsV1,
            report.Ring is { Authenticated: true } ring
                ? ring.Keys.Where(k => k.State != "destroyed").Select(k => k.Id).ToHashSet(StringComparer.Ordinal)
                : null,
            report.Objects
        );
    }
}
