using EdgeKms.Cli.Pages;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Status;

/// <summary>The first line of <c>edgekms status</c>: the state in words, and what to run now.</summary>
internal static class StatusVerdict
{
    public static (Tone Tone, string Text) Of(StatusReport report) =>
        report.State switch
        {
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
            "unsealed" => (Tone.Doubtful, "serving with a problem: the key ring is unsealed"),
            "sealed" => (Tone.Bad, "sealed: nothing at hand opens the key ring; run \"edgekms repair\""),
            "absent" => (Tone.Bad, "absent: there is no key ring on this machine; run \"edgekms init\""),
            "damaged" => (Tone.Bad, "damaged: the key ring can't be used as it is; run \"edgekms repair\""),
            "stopped" => (
                Tone.Bad,
                "stopped: no daemon runs; this was read from the ring's file and is not authenticated"
            ),
            _ => (Tone.Bad, $"{report.State}: a state of a newer edgekmsd; upgrade edgekms"),
        };
}
