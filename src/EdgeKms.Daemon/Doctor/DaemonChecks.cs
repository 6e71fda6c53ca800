using EdgeKms.Contract.AdminApi;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>What the serving daemon says of itself.</summary>
internal static class DaemonChecks
{
    internal static readonly Check Health = new(
        "EK-SOCK-005",
        "the daemon is healthy and serves the newest generation",
        "The daemon's memory and the disk say different things, or nothing can be unwrapped. What would stop the next start "
            + "is shown before it does.",
        CanStop: true,
        CanLose: false,
        IsHealthy
    );

    private static Finding IsHealthy(Machine machine)
    {
        if (machine.Daemon is not { } daemon)
            return Health.Skip("no daemon answers");
        // What the ring lacks for stored objects is no state of the daemon: EK-OBJ-001 says it.
        if (daemon.Problem is { } problem && problem.Code != ObjectsReport.UnreadableCode)
        {
            var text = $"the daemon says: {problem.Text} [{problem.Code}]";
            return daemon.State == "unsealed" && daemon.SelfTest is not { Passed: false }
                ? Health.Warn(text, machine.Next ?? "edgekms status")
                : Health.Fail(text, machine.Next ?? "edgekms status", stops: true);
        }
        var (served, newest) = (daemon.Ring?.Generation, machine.Header?.Generation);
        return served is not null && newest is not null && served != newest
            ? Health.Warn(
                Invariant($"the daemon serves generation {served}, on disk is {newest}"),
                machine.Next ?? "edgekms repair"
            )
            : Health.Pass(Invariant($"edgekmsd {daemon.Version} serves generation {served}"));
    }
}
