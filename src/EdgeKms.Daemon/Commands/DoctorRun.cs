using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Doctor;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>doctor</c>: makes every check of <see cref="Catalogue"/> and changes nothing.</summary>
internal static class DoctorRun
{
    /// <param name="Settings">The settings in force; throws what is wrong with edgekms.json.</param>
    /// <param name="ConfigurationFile">The file that they come from; null where there is none.</param>
    /// <param name="Output">How to print.</param>
    internal sealed record Request(Func<EdgeKmsSettings> Settings, string? ConfigurationFile, OutputFormat Output);

    /// <returns>0 all passed or skipped, 1 warnings, 2 failures.</returns>
    internal static int Run(Request request, TimeProvider time, IoStreams io)
    {
        var (findings, verdict) = Look(request, time);
        var report = Report(findings, verdict);
        io.Out.WriteLine(
            request.Output == OutputFormat.Json
                ? JsonSerializer.Serialize(report, AdminJson.Readable.DoctorReport)
                : DoctorPage.Write(report)
        );
        return report.ExitCode;
    }

    internal static IReadOnlyList<Finding> Examine(Request request, TimeProvider time) => Look(request, time).Findings;

    /// <summary>The findings, and the verdict that their next commands follow; null where the settings can't be read.</summary>
    internal static (IReadOnlyList<Finding> Findings, RingVerdict? Verdict) Look(Request request, TimeProvider time)
    {
        EdgeKmsSettings settings;
        try
        {
            settings = request.Settings();
        }
        catch (CommandException e)
        {
            return (ConfigurationChecks.Unreadable(e), null);
        }
        var machine = new Machine(settings, request.ConfigurationFile, time);
        return ([.. Catalogue.All.Select(check => check.Run(machine))], machine.Verdict);
    }

    internal static DoctorReport Report(IReadOnlyList<Finding> findings, RingVerdict? verdict = null)
    {
        var (warnings, failed) = (Count(Outcome.Warn), Count(Outcome.Fail));
        return new DoctorReport(
            failed > 0 ? 2
                : warnings > 0 || verdict?.Code is not null ? 1
                : 0,
            Count(Outcome.Pass),
            warnings,
            failed,
            Count(Outcome.Skip),
            [.. findings.Select(f => f.Report())],
            verdict is null ? null : VerdictReports.Of(verdict)
        );

        int Count(Outcome outcome) => findings.Count(f => f.Outcome == outcome);
    }
}
