using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Report;

/// <summary>What edgekmsd prints of the files that only an administrator reads: doctor and audit log.</summary>
/// <param name="session">Of the command.</param>
/// <param name="settings">The settings' options of this command line.</param>
internal sealed class DaemonReports(Session session, IReadOnlyList<string> settings)
{
    // A log has decades in as many lines; 4 MiB is what an answer may have.
    private const string MostEntries = "4000";

    internal Task<ReportPart<DoctorReport>> DoctorAsync(CancellationToken cancellation) =>
        AskAsync(["doctor"], AdminJson.Default.DoctorReport, cancellation);

    /// <summary>The log's verification with its newest entries, and all entries, oldest first.</summary>
    internal async Task<(ReportPart<AuditEvidence> Evidence, IReadOnlyList<AuditEntryReport> Entries)> AuditLogAsync(
        CancellationToken cancellation
    )
    {
        var shown = await AskAsync(
            ["audit-log", "show", "--tail", MostEntries],
            AdminJson.Default.AuditLogReport,
            cancellation
        );
        IReadOnlyList<AuditEntryReport> entries = shown.Value?.Entries ?? [];
        var verified = await AskAsync(["audit-log", "verify"], AdminJson.Default.AuditVerifyReport, cancellation);
        var evidence = verified.Value is { } verification
            ? new AuditEvidence(verification, [.. entries.Reverse().Take(AuditEvidence.Shown)])
            : null;
        return (new ReportPart<AuditEvidence>(evidence, verified.NotChecked, verified.Next), entries);
    }

    internal static string Ended(string command, int code) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"\"edgekms {command}\" ended with code {code}{Meaning((ExitCode)code)}"
        );

    /// <summary>An exit code that is not 0 may be a finding's: what counts is that there is a report.</summary>
    private async Task<ReportPart<T>> AskAsync<T>(
        string[] command,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
        where T : class
    {
        var name = string.Join(' ', command.TakeWhile(w => !w.StartsWith("--", StringComparison.Ordinal)));
        var next = $"sudo edgekms {name}";
        try
        {
            var answer = await DaemonProcess.AskAsync(
                session.Daemon.Path(),
                [.. command, "-o", "json", .. settings],
                session.Time,
                cancellation
            );
            return answer.Output.IsEmpty
                ? new ReportPart<T>(null, Ended(name, answer.ExitCode), next)
                : new ReportPart<T>(JsonSerializer.Deserialize(answer.Output.Span, type), null, null);
        }
        catch (CommandException e)
        {
            return ReportGathering.Missing<T>(e);
        }
        catch (JsonException)
        {
            return new ReportPart<T>(
                null,
                $"the answer of \"edgekms {name}\" can't be read",
                "\"edgekms version\" shows whether the two programs match"
            );
        }
    }

    private static string Meaning(ExitCode code) =>
        code switch
        {
            ExitCode.NoRing => ": there is no key ring",
            ExitCode.Damaged => ": a file of the key ring is damaged",
            ExitCode.Permission => ": this user may not read it",
            ExitCode.Io => ": the operating system refused",
            _ => "",
        };
}
