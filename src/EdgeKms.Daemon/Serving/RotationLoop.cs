using System.Diagnostics.CodeAnalysis;
using EdgeKms.Contract.Settings;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Serving;

/// <summary>
/// The schedule: looks at the dates every minute, by the wall clock, so that a clock that is corrected or a machine that
/// slept is noticed. First it answers: a rotation that is overdue at start waits until kube-apiserver has had its key.
/// </summary>
[SuppressMessage("Performance", "CA1812", Justification = "made by the host")]
internal sealed class RotationLoop(
    EdgeKmsSettings settings,
    RingKeeper keeper,
    TimeProvider time,
    ILogger<RotationLoop> log
) : Loop(time, log)
{
    internal static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private bool _clockIsBehind;
    private RingCase? _said;
    private ErrorCode? _lastLogged;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        var wait = FirstLook;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(wait, Time, stoppingToken);
            wait = await LookAsync(stoppingToken) ? Interval : Longer(wait);
            SayWhatIsNew();
        }
    }

    /// <summary>A full disk or an absent backup disk is asked less and less often, once an hour in the end.</summary>
    private static TimeSpan Longer(TimeSpan wait) =>
        wait < Interval ? Interval
        : wait * 2 < LongestWait ? wait * 2
        : LongestWait;

    /// <summary>What would stop the next start is said before it does, once for each change of the verdict.</summary>
    private void SayWhatIsNew()
    {
        var verdict = keeper.Verdict();
        if (verdict.Case == _said)
            return;
        if (verdict.Case != RingCase.Healthy)
            DaemonLog.Found(Log, verdict.Case, verdict.Text, verdict.Hint ?? "-");
        else if (_said is not null)
            DaemonLog.WellAgain(Log);
        _said = verdict.Case;
    }

    private async Task<bool> LookAsync(CancellationToken cancellation)
    {
        // Nothing can be kept there, and the verdict says so once; the next minute looks again.
        if (FileSystemFacts.Of(settings.StateDirectory) is { IsReadOnly: true })
            return true;
        try
        {
            var behind = await keeper.KeepDatesAsync(cancellation) == RotationAdvice.ClockBehind;
            if (behind && !_clockIsBehind)
                DaemonLog.ClockBehind(Log);
            _clockIsBehind = behind;
            _lastLogged = null;
            return true;
        }
        catch (EdgeKmsException e)
        {
            if (_lastLogged != e.Code)
                DaemonLog.RotationFailed(Log, e.Code, e.Detail ?? "-");
            _lastLogged = e.Code;
            return false;
        }
    }
}
