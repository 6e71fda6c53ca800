using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Serving;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Admin;

/// <summary>What the serving daemon says of itself and its ring.</summary>
internal sealed class DaemonStatus(
    EdgeKmsSettings settings,
    Provider provider,
    RingKeeper keeper,
    SelfTestLoop selfTest,
    ToldReports told,
    TimeProvider time
)
{
    private readonly DateTime _started = UtcText.Now(time);
    private readonly LastBackup _backup = new(settings, time);

    internal StatusReport Now()
    {
        var stored = provider.Current.Stored;
        var scan = told.Scan;
        var report = Report(ObjectReports.Of(scan, stored?.Ring.Header)) with
        {
            KmsV1 = settings.KmsV1,
            Reencryption = told.Reencryption,
            LastBackup = stored is null ? null : _backup.Of(stored.Ring.Header),
            Rotation = new RotationPolicyReport(
                (long)settings.RotationPeriod.TotalSeconds,
                settings.RotationPaused,
                stored is not null && IsClockBehind(stored)
            ),
        };
        return ObjectReports.AddTo(report, scan, stored?.Ring.Header);
    }

    private bool IsClockBehind(StoredRing stored) =>
        RotationPolicy.Advise(stored.Ring.Header, settings.RotationPeriod, UtcText.Now(time), stored.Seen)
        == RotationAdvice.ClockBehind;

    private StatusReport Report(ObjectsReport? objects)
    {
        var snapshot = provider.Current;
        var verdict = keeper.Verdict(objects);
        var daemon = new DaemonReport(Environment.ProcessId, _started);
        var sockets = StatusReporter.Sockets(settings, answering: true);
        var said = VerdictReports.Of(verdict);
        if (snapshot.Stored is not { } stored)
        {
            // The files may be well again while the daemon waits for its next look.
            var isOver = verdict.Code is null or ErrorCode.RingChanged;
            var problem = isOver ? Public(snapshot.Problem, verdict) : VerdictReports.Problem(verdict);
            var exit = isOver ? ErrorTable.Of(snapshot.Problem).Exit : VerdictReports.Exit(verdict);
            var state = VerdictReports.State(verdict) is "stopped" ? "damaged" : VerdictReports.State(verdict);
            return StatusReporter.Report(state, exit, problem, daemon, HeaderOnly(), sockets, null) with
            {
                Verdict = said,
            };
        }
        // The service goes on with the ring in memory: only a failed self-test makes the daemon unhealthy, but what would
        // stop the next start is no success either.
        var code =
            provider.SelfTestFailed ? ErrorCode.SelfTestFailed
            : verdict.Code is null || verdict.Case == RingCase.NotTaken ? keeper.DiskProblem
            : null;
        return StatusReporter.Report(
            "unsealed",
            code is { } c ? ErrorTable.Of(c).Exit : VerdictReports.Exit(verdict),
            code is { } known ? Public(known, verdict) : VerdictReports.Problem(verdict),
            daemon,
            StatusReporter.Ring(stored.Ring.Header, stored.Digest, authenticated: true, settings, time),
            sockets,
            selfTest.Last
        ) with
        {
            Verdict = said,
        };
    }

    /// <summary>
    /// The public words of a code, and the hint of the verdict where it has one: a failed self-test would else advise a restart while
    /// memory holds the only copy of the ring.
    /// </summary>
    private static ProblemReport Public(ErrorCode code, RingVerdict verdict)
    {
        var problem = ErrorTable.ToProblem(code);
        return verdict is { Code: not null, Hint: { } hint } ? problem with { Hint = hint } : problem;
    }

    private RingReport? HeaderOnly()
    {
        try
        {
            var loaded = RingStore.Open(settings.StateDirectory, time).Load();
            return StatusReporter.Ring(loaded.Header, loaded.Sealed.Digest, authenticated: false, settings, time);
        }
        catch (EdgeKmsException)
        {
            return null; // the problem of the report says why
        }
    }
}
