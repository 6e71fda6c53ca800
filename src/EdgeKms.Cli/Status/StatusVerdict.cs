using EdgeKms.Cli.Pages;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Status;

/// <summary>
/// The state in words, and what to run now. Words and commands are those of the daemon's verdict: nothing here knows a command of its
/// own. An older edgekmsd sends no verdict; then its state is all that is said.
/// </summary>
internal static class StatusVerdict
{
    private const string Healthy = "healthy";

    /// <summary>The first line of <c>edgekms status</c>.</summary>
    public static (Tone Tone, string Text) Of(StatusReport report) =>
        report.State switch
        {
            "unsealed" when Doubt(report) is { } doubt && report.Problem is null => (
                Tone.Doubtful,
                $"healthy, but {doubt.Case}: the key ring is unsealed and serves"
            ),
            "unsealed" when report.Ring?.RotationOverdue == true && report.ExitCode == 0 => (
                Tone.Doubtful,
                "healthy: the key ring is unsealed and serves; its rotation is overdue"
            ),
            "unsealed" when report.ExitCode == 0 && report.Problem is null => (
                Tone.Good,
                "healthy: the key ring is unsealed and serves"
            ),
            "unsealed" when report.ExitCode == (int)ExitCode.Unhealthy => (
                Tone.Bad,
                "unhealthy: the key ring is unsealed, but the daemon's self-test failed"
            ),
            "unsealed" when report.Problem?.Code == ObjectsReport.UnreadableCode => (
                Tone.Bad,
                "unreadable objects: the key ring is unsealed and serves, but lacks keys that stored objects need"
            ),
            "unsealed" => (
                Doubt(report) is { CanLoseData: true } ? Tone.Bad : Tone.Doubtful,
                Doubt(report) is { } doubt
                    ? $"serving with a problem, {doubt.Case}: the key ring is unsealed"
                    : "serving with a problem: the key ring is unsealed"
            ),
            "sealed" => (Tone.Bad, $"{Case(report, "sealed")}: nothing at hand opens the key ring"),
            "absent" => (Tone.Bad, $"{Case(report, "absent")}: there is no key ring on this machine"),
            "damaged" => (Tone.Bad, $"{Case(report, "damaged")}: the key ring can't be used as it is"),
            "stopped" => (
                Tone.Bad,
                "stopped: no daemon runs; this was read from the ring's file and is not authenticated"
            ),
            _ => (Tone.Bad, $"{report.State}: a state of a newer edgekmsd; upgrade edgekms"),
        };

    /// <summary>
    /// What to do, where the report has no problem that says it: what happened, and the ways out, the best one first. Where it has
    /// one, the pair on standard error says all this.
    /// </summary>
    public static IReadOnlyList<string> Closing(StatusReport report)
    {
        if (report.Problem is not null || Doubt(report) is not { } doubt)
            return [];
        return [doubt.Text, .. doubt.Ways.Select((way, i) => $"{(i == 0 ? "next" : "else")}: {Line(way)}")];
    }

    /// <summary>
    /// The problem, for standard error; null where there is none. A report without a verdict comes from an edgekmsd that advised a new
    /// ring by the state alone: that advice is not passed on.
    /// </summary>
    public static ProblemReport? Problem(StatusReport report) =>
        report is { Verdict: null, Problem: { } problem }
        && problem.Hint.Contains("edgekms init", StringComparison.Ordinal)
            ? problem with
            {
                Hint =
                    "\"edgekms doctor\" shows what is there; \"edgekms version\" shows whether edgekmsd is an older one: upgrade it first",
            }
            : report.Problem;

    /// <summary>The verdict, where it is another than <c>healthy</c>; null too in the report of an older daemon.</summary>
    public static VerdictReport? Doubt(StatusReport report) =>
        report.Verdict is { Case: not Healthy } verdict ? verdict : null;

    private static string Case(StatusReport report, string state) => Doubt(report)?.Case ?? state;

    private static string Line(WayOutReport way) => way.Command is { } command ? $"{command}   # {way.Why}" : way.Why;
}
