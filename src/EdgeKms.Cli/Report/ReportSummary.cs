using System.Buffers;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.AdminApi;
using static System.FormattableString;

namespace EdgeKms.Cli.Report;

/// <summary>Judges what was gathered: a line for each part, the most important first.</summary>
internal static class ReportSummary
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,:;-"
    );

    internal static IReadOnlyList<ReportPoint> Of(ReportParts parts, RotationHistory? rotation) =>
        [
            ObjectsVerdict.Of(parts),
            Cluster(parts),
            Provider(parts),
            Rotation(parts, rotation),
            Backups(parts),
            Doctor(parts),
            AuditLog(parts),
        ];

    /// <summary>The sentence under the verdict.</summary>
    internal static string Remark(IReadOnlyList<ReportPoint> summary)
    {
        string Names(params string[] outcomes) =>
            string.Join(
                ", ",
                summary.Where(p => outcomes.Contains(p.Outcome, StringComparer.Ordinal)).Select(p => Lower(p.Title))
            );
        var bad = Names(ReportOutcome.Problem, ReportOutcome.Attention);
        var unknown = Names(ReportOutcome.NotChecked);
        return (bad, unknown) switch
        {
            _ when summary.All(p => p.Outcome == ReportOutcome.NotChecked) => "Nothing could be checked.",
            ({ Length: 0 }, { Length: 0 }) => "Everything that was checked is in order.",
            ({ Length: 0 }, _) => $"Everything that was checked is in order. Not checked: {unknown}.",
            (_, { Length: 0 }) => $"Look at: {bad}.",
            _ => $"Look at: {bad}. Not checked: {unknown}.",
        };
    }

    private static ReportPoint Cluster(ReportParts parts)
    {
        const string Area = "cluster";
        const string Title = "Cluster";
        if (parts.Cluster.Value is not { } cluster)
            return NotChecked(Area, Title, parts.Cluster.NotChecked);
        var name = cluster.Version is { } version ? $"The API server ({version})" : "The API server";
        return cluster switch
        {
            { KmsChecks.Count: 0 } => new(
                Area,
                Title,
                ReportOutcome.Problem,
                $"{name} has no KMS provider: it encrypts nothing with EdgeKms."
            ),
            { IsReady: false } => new(
                Area,
                Title,
                ReportOutcome.Problem,
                $"{name} is not ready; these of its checks fail: {string.Join(", ", cluster.FailedChecks)}."
            ),
            _ => new(Area, Title, ReportOutcome.Ok, $"{name} is ready and reaches its KMS provider."),
        };
    }

    private static ReportPoint Provider(ReportParts parts)
    {
        const string Area = "provider";
        const string Title = "Provider";
        if (parts.Provider.Value is not { } status)
            return NotChecked(Area, Title, parts.Provider.NotChecked);
        var (tone, text) = StatusVerdict.Of(status);
        // Overdue is the rotation's matter, below.
        var isWell = tone == Tone.Good || status is { State: "unsealed", ExitCode: 0, Problem: null };
        return new(
            Area,
            Title,
            isWell ? ReportOutcome.Ok
                : tone == Tone.Bad ? ReportOutcome.Problem
                : ReportOutcome.Attention,
            Sentence(isWell ? "healthy: the key ring is unsealed and serves" : text)
        );
    }

    private static ReportPoint Rotation(ReportParts parts, RotationHistory? history)
    {
        const string Area = "rotation";
        const string Title = "Rotation";
        if (history is null)
            return NotChecked(Area, Title, parts.Provider.NotChecked ?? "no key ring could be read");
        var period = Moments.Length(parts.Rule.Period);
        var done =
            history.Rotations == 0 ? "Not rotated yet"
            : history.Rotations == 1 ? "Rotated once"
            : Invariant($"Rotated {history.Rotations:N0} times");
        if (history.IsPaused)
            return new(Area, Title, ReportOutcome.Attention, $"{done}; the schedule is paused by the settings.");
        if (history.IsOverdue)
        {
            var since = Moments.Due(history.NextRotation ?? parts.Time, Now(parts));
            return new(Area, Title, ReportOutcome.Attention, $"{done}; the next rotation is {since}.");
        }
        var longest = history.LongestDays is { } days ? $", longest {Moments.Count(days, "day")}" : "";
        return history.Late == 0
            ? new(Area, Title, ReportOutcome.Ok, $"{done}{longest}; policy {period}, never late.")
            : new(
                Area,
                Title,
                ReportOutcome.Attention,
                $"{done}{longest}; policy {period}, late {Times(history.Late)}."
            );
    }

    private static ReportPoint Backups(ReportParts parts)
    {
        const string Area = "backups";
        const string Title = "Slots and backups";
        if (parts.Doctor.Value is null)
            return NotChecked(Area, Title, parts.Doctor.NotChecked);
        var bad = parts.Backups.Checks.Where(c => c.Outcome is "warn" or "fail").ToList();
        if (bad.Count > 0)
        {
            var outcome = bad.Any(c => c.Outcome == "fail") ? ReportOutcome.Problem : ReportOutcome.Attention;
            return new(Area, Title, outcome, Sentence(bad[0].Text));
        }
        var good = parts.Backups.Checks.LastOrDefault(c => c.Outcome == "pass" && c.Id == "EK-BACKUP-002");
        return good is null
            ? NotChecked(Area, Title, "no backup could be looked at")
            : new(Area, Title, ReportOutcome.Ok, Sentence(good.Text));
    }

    private static ReportPoint Doctor(ReportParts parts)
    {
        const string Area = "doctor";
        const string Title = "Doctor";
        if (parts.Doctor.Value is not { } report)
            return NotChecked(Area, Title, parts.Doctor.NotChecked);
        return new(
            Area,
            Title,
            report.Failed > 0 ? ReportOutcome.Problem
                : report.Warnings > 0 ? ReportOutcome.Attention
                : ReportOutcome.Ok,
            Invariant(
                $"{report.Passed} passed, {Moments.Count(report.Warnings, "warning")}, {report.Failed} failed, {report.Skipped} skipped."
            )
        );
    }

    private static ReportPoint AuditLog(ReportParts parts)
    {
        const string Area = "audit-log";
        const string Title = "Audit log";
        return parts.AuditLog.Value?.Verification switch
        {
            null => NotChecked(Area, Title, parts.AuditLog.NotChecked),
            { Ok: false } broken => new(Area, Title, ReportOutcome.Problem, $"The chain is broken: {broken.Reason}."),
            { Coverage: { Covers: false } gap } log => new(
                Area,
                Title,
                ReportOutcome.Attention,
                $"It does not cover the key ring: {string.Join("; ", gap.Missing)}. {Chain(log)}".TrimEnd()
            ),
            { Entries: 0 } => new(Area, Title, ReportOutcome.Attention, "There is no entry yet."),
            var log => new(Area, Title, ReportOutcome.Ok, Chain(log)),
        };
    }

    private static string Chain(AuditVerifyReport log) =>
        log.Entries == 0
            ? ""
            : Invariant($"The chain of {Entries(log)} is whole (number {log.FirstSequence} to {log.LastSequence}).");

    private static string Entries(AuditVerifyReport log) =>
        log.Entries == 1 ? "1 entry" : Invariant($"{log.Entries:N0} entries");

    internal static ReportPoint NotChecked(string area, string title, string? why) =>
        new(area, title, ReportOutcome.NotChecked, Sentence(why ?? "nobody was asked"));

    internal static DateTimeOffset Now(ReportParts parts) =>
        new(DateTime.SpecifyKind(parts.Time, DateTimeKind.Utc), TimeSpan.Zero);

    /// <summary>The other texts are parts of lines: lower case, no full stop. A name keeps its letters.</summary>
    internal static string Sentence(string text)
    {
        var word = text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal) is var end and >= 0 ? end : text.Length);
        var isName = word.ContainsAnyExcept(s_letters) || word.StartsWith("edgekms", StringComparison.Ordinal);
        var first = text.Length == 0 || isName ? text : char.ToUpperInvariant(text[0]) + text[1..];
        return first.Length == 0 || first[^1] == '.' ? first : first + ".";
    }

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static string Times(int number) => number == 1 ? "once" : Invariant($"{number:N0} times");
}
