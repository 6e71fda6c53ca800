using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Doctor;

/// <summary>One numbered check; docs/reference/doctor.md lists them.</summary>
/// <param name="Id">Stable: never renumbered, never given to another check.</param>
/// <param name="Title">What it demands, in words that fit behind "checks that".</param>
/// <param name="Means">What a finding means, for the administrator.</param>
/// <param name="CanStop">True when a finding may stop the API server.</param>
/// <param name="CanLose">True when a finding may cost data.</param>
/// <param name="Look">Looks, and changes nothing.</param>
internal sealed record Check(
    string Id,
    string Title,
    string Means,
    bool CanStop,
    bool CanLose,
    Func<Machine, Finding> Look
)
{
    /// <summary>The finding; a check that can't be made says why in it.</summary>
    internal Finding Run(Machine machine)
    {
        try
        {
            return Safe(Look(machine), machine);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.PermissionDenied)
        {
            // Says nothing of the machine while somebody else than root looks.
            return FileStatus.OwnUser == 0 ? Fail(e.Detail!, null) : Skip($"{e.Detail}: run \"sudo edgekms doctor\"");
        }
        catch (Exception e)
        {
            // One check that stumbles must not hide the others.
            return Fail($"the check could not be made: {e.Message}", null);
        }
    }

    /// <summary>
    /// No check advises what the verdict forbids: a restart while memory holds what the disk does not, or a new ring where one is
    /// remembered.
    /// </summary>
    private static Finding Safe(Finding finding, Machine machine)
    {
        if (finding.Next is not { } next)
            return finding;
        var restarts = next.Contains("systemctl", StringComparison.Ordinal) && !machine.Verdict.MayRestart;
        var makesRing =
            next.Contains("edgekms init", StringComparison.Ordinal) && machine.Verdict.Case != RingCase.Bare;
        return restarts || makesRing ? finding with { Next = machine.Next } : finding;
    }

    internal Finding Pass(string text) => new(this, Outcome.Pass, text, null, false, false, null);

    internal Finding Skip(string reason) => new(this, Outcome.Skip, reason, null, false, false, null);

    /// <param name="text">What was found.</param>
    /// <param name="next">The next command.</param>
    /// <param name="stops">Whether it stops the API server.</param>
    /// <param name="loses">Whether data can be lost.</param>
    internal Finding Warn(string text, string next, bool stops = false, bool loses = false) =>
        Make(Outcome.Warn, text, next, stops, loses);

    /// <inheritdoc cref="Warn"/>
    internal Finding Fail(string text, string? next, bool stops = false, bool loses = false) =>
        Make(Outcome.Fail, text, next, stops, loses);

    private Finding Make(Outcome outcome, string text, string? next, bool stops, bool loses) =>
        (stops && !CanStop) || (loses && !CanLose)
            ? throw new InvalidOperationException($"{Id} says more than its row of the reference")
            : new Finding(this, outcome, text, Means, stops, loses, next);
}
