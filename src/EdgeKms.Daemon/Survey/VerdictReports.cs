using System.Text;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Errors;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Survey;

/// <summary>The verdict in the words of the reports.</summary>
internal static class VerdictReports
{
    internal static VerdictReport Of(RingVerdict verdict) =>
        new(
            Name(verdict.Case),
            verdict.Text,
            verdict.StopsApiServer,
            verdict.CanLoseData,
            [.. verdict.Ways.Select(w => new WayOutReport(w.Command, w.Why))]
        );

    /// <summary>As documented: <c>held-only</c>.</summary>
    internal static string Name(RingCase which)
    {
        var name = new StringBuilder();
        foreach (var c in which.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0)
                name.Append('-');
            name.Append(char.ToLowerInvariant(c));
        }
        return name.ToString();
    }

    /// <summary>Null where nothing is wrong that a status has to fail for.</summary>
    internal static ProblemReport? Problem(RingVerdict verdict) =>
        verdict switch
        {
            { Case: RingCase.Stopped } => new ProblemReport("daemon-stopped", verdict.Text, verdict.Hint!),
            { Code: { } code } => new ProblemReport(ErrorTable.Name(code), verdict.Text, verdict.Hint!),
            _ => null,
        };

    internal static ExitCode Exit(RingVerdict verdict) =>
        verdict switch
        {
            { Case: RingCase.Stopped } => ExitCode.Unreachable,
            { Code: { } code } => ErrorTable.Of(code).Exit,
            _ => ExitCode.Ok,
        };

    /// <summary>The state of a report without an unsealed ring.</summary>
    internal static string State(RingVerdict verdict) =>
        verdict.Case switch
        {
            RingCase.Bare => "absent",
            RingCase.Sealed or RingCase.Locked => "sealed",
            RingCase.Stopped or RingCase.Healthy or RingCase.ClockBehind or RingCase.ReadOnly or RingCase.NotTaken =>
                "stopped",
            RingCase.Unmarked => verdict.StopsApiServer ? "damaged" : "stopped",
            _ => "damaged",
        };

    /// <summary>For the terminal: what happened, and the ways out.</summary>
    internal static CommandException Refusal(RingVerdict verdict, string? instead = null) =>
        new(
            verdict.Code is { } code ? ErrorTable.Of(code).Exit : ExitCode.Refused,
            instead ?? verdict.Text,
            verdict.Hint ?? "\"edgekms status\" shows what is there"
        );
}
