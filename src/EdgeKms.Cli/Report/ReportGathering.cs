using System.CommandLine;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Scan;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Versions;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Report;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Report;

/// <summary>Asks everybody. Who doesn't answer is a part that was not checked, never a failure.</summary>
/// <param name="session">Of the command.</param>
/// <param name="apiServer">Which API server.</param>
/// <param name="scan">Counts the objects; null where a kept scan takes its place.</param>
/// <param name="kept">A scan that was kept; null where there is none.</param>
internal sealed class ReportGathering(Session session, ApiServerOptions apiServer, ScanRun? scan, ScanReport? kept)
{
    private const string Sudo = "run the command with sudo on the machine of the key ring";

    internal async Task<ReportParts> AskAsync(
        ParseResult parsed,
        EdgeKmsSettings settings,
        CancellationToken cancellation
    )
    {
        var time = session.Time.GetUtcNow().UtcDateTime;
        var daemon = new DaemonReports(session, session.Settings.Given(parsed));
        var (server, noServer) = Server(parsed);
        var doctor = await daemon.DoctorAsync(cancellation);
        var (log, entries) = await daemon.AuditLogAsync(cancellation);
        return new ReportParts(
            time,
            Environment.MachineName,
            settings.ProviderName,
            new RotationRule(
                settings.Text(SettingTable.RotationPeriod),
                settings.RotationPeriod,
                settings.RotationPaused
            ),
            server is null ? Missing<ClusterFacts>(noServer!) : await ClusterAsync(server, cancellation),
            await StatusAsync(parsed, settings, cancellation),
            await ScanAsync(parsed, server, settings, cancellation),
            Writers(parsed, settings),
            Backups(settings, doctor, entries),
            doctor,
            log,
            entries,
            await VersionReport.ReadAsync(session.Daemon, session.Time, cancellation)
        );
    }

    internal static ReportPart<T> Missing<T>(CommandException why)
        where T : class => new(null, why.Message, why.Hint);

    private (KubeConfig? Server, CommandException? Why) Server(ParseResult parsed)
    {
        try
        {
            return (apiServer.Read(parsed), null);
        }
        catch (CommandException e)
        {
            return (null, e);
        }
    }

    private async Task<ReportPart<ClusterFacts>> ClusterAsync(KubeConfig server, CancellationToken cancellation)
    {
        try
        {
            using var api = new ApiClient(server, session.Time);
            return new ReportPart<ClusterFacts>(await ClusterInquiry.AskAsync(api, cancellation), null, null);
        }
        catch (CommandException e)
        {
            return Missing<ClusterFacts>(e);
        }
    }

    private async Task<ReportPart<StatusReport>> StatusAsync(
        ParseResult parsed,
        EdgeKmsSettings settings,
        CancellationToken cancellation
    )
    {
        try
        {
            var status = await StatusSource.AskAsync(
                DaemonSockets.Of(settings),
                session.Daemon,
                session.Settings.Given(parsed),
                session.Time,
                cancellation
            );
            return new ReportPart<StatusReport>(status, null, null);
        }
        catch (CommandException e)
        {
            return Missing<StatusReport>(e);
        }
        catch (SilentExitException e)
        {
            return new ReportPart<StatusReport>(null, DaemonReports.Ended("status", e.ExitCode), Sudo);
        }
    }

    private async Task<ReportPart<ScanReport>> ScanAsync(
        ParseResult parsed,
        KubeConfig? server,
        EdgeKmsSettings settings,
        CancellationToken cancellation
    )
    {
        if (scan is null)
            return new ReportPart<ScanReport>(kept, null, null);
        try
        {
            var (report, _) = await scan.ReportAsync(parsed, server, settings, cancellation);
            return new ReportPart<ScanReport>(report, null, null);
        }
        catch (CommandException e)
        {
            return new ReportPart<ScanReport>(
                null,
                e.Message,
                $"{e.Hint}; or keep \"edgekms scan -o json\" of the machine with the datastore and give it with --scan FILE"
            );
        }
    }

    /// <summary>A kept scan may be of another machine, and a file that can't be read is said by the scan.</summary>
    private ConfiguredWriters Writers(ParseResult parsed, EdgeKmsSettings settings)
    {
        try
        {
            return scan?.Writers(parsed, settings) ?? ConfiguredWriters.Unknown(settings.ProviderName);
        }
        catch (CommandException)
        {
            return ConfiguredWriters.Unknown(settings.ProviderName);
        }
    }

    private static BackupHistory Backups(
        EdgeKmsSettings settings,
        ReportPart<DoctorReport> doctor,
        IReadOnlyList<AuditEntryReport> log
    ) =>
        new(
            settings.BackupDirectory,
            settings.BackupKeep,
            settings.BackupRequired,
            [.. doctor.Value?.Findings.Where(BackupHistory.Concerns) ?? []],
            [
                .. log.Where(e => e.Event is "backed-up" or "backup-failed" or "restored")
                    .Reverse()
                    .Take(BackupHistory.Shown),
            ]
        );
}
