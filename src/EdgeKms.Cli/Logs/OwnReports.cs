using System.Text;
using System.Text.Json;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Versions;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Files;
using EdgeKms.Cluster.Logs;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Logs;

/// <summary>What EdgeKms says of itself: versions, status, doctor, audit log, configuration without secrets.</summary>
/// <param name="session">Of the command.</param>
/// <param name="settings">The settings' options of this command line.</param>
internal sealed class OwnReports(Session session, IReadOnlyList<string> settings)
{
    internal async Task<IReadOnlyList<LogEntry>> CollectAsync(
        string? settingsFile,
        string encryptionConfig,
        string? deploymentFile,
        CancellationToken cancellation
    )
    {
        var versions = await VersionReport.ReadAsync(session.Daemon, session.Time, cancellation);
        return
        [
            new LogEntry("versions.json", JsonSerializer.Serialize(versions, VersionJson.Default.VersionReport)),
            await AskAsync("status.json", ["status", "-o", "json"], cancellation),
            await AskAsync("doctor.json", ["doctor", "-o", "json"], cancellation),
            await AskAsync("audit-log.json", ["audit-log", "show", "-o", "json"], cancellation),
            await AskAsync("audit-log-verify.json", ["audit-log", "verify", "-o", "json"], cancellation),
            // Strict when it is read: it can hold nothing but settings, none of which is a secret.
            Configuration("config/edgekms.json", settingsFile ?? SettingTable.DefaultFile, SettingsOnly),
            Configuration("config/deployment.json", DeploymentRecord.Path, RecordOnly),
            Configuration("config/encryption-config.yaml", encryptionConfig, Redaction.EncryptionConfig),
            .. deploymentFile is null
                ? []
                : new[] { Configuration("config/aksedge-config.json", deploymentFile, Redaction.DeploymentFile) },
        ];
    }

    private static string SettingsOnly(byte[] bytes, string path)
    {
        SettingsFile.Parse(bytes, path);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string RecordOnly(byte[] bytes, string path) =>
        DeploymentRecord.Read(new ImageRoot("/")) is { } record ? $"{record}\n" : "";

    private async Task<LogEntry> AskAsync(string name, IEnumerable<string> command, CancellationToken cancellation)
    {
        try
        {
            var answer = await DaemonProcess.AskAsync(
                session.Daemon.Path(),
                [.. command, .. settings],
                session.Time,
                cancellation
            );
            return new LogEntry(
                name,
                Encoding.UTF8.GetString(answer.Output.Span),
                answer.ExitCode == 0 ? null : $"it ended with code {answer.ExitCode}"
            );
        }
        catch (CommandException e)
        {
            return new LogEntry(name, "", e.Message);
        }
    }

    private static LogEntry Configuration(string name, string path, Func<byte[], string, string> shown)
    {
        try
        {
            return new LogEntry(name, shown(CappedFile.Read(path), path));
        }
        catch (CommandException e)
        {
            return new LogEntry(name, "", e.Message);
        }
    }
}
