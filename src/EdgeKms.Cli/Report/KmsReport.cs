using EdgeKms.Cli.Scan;
using EdgeKms.Cli.Versions;
using EdgeKms.Cluster.Report;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Report;

/// <summary>
/// What <c>edgekms report -o json</c> prints, and what its page shows. Members may be added; none is renamed or removed within a format.
/// </summary>
/// <param name="Format"><see cref="CurrentFormat"/>.</param>
/// <param name="Time">When the report was begun, UTC.</param>
/// <param name="Machine">Name of this machine.</param>
/// <param name="ProviderName">As the EncryptionConfiguration names this provider.</param>
/// <param name="Outcome"><c>ok</c>, <c>not-checked</c>, <c>attention</c> or <c>problem</c>: the worst of the summary.</param>
/// <param name="Verdict">What a customer wants to know, in one sentence.</param>
/// <param name="Remark">What else there is to say, in one sentence.</param>
/// <param name="Summary">A line for each part.</param>
/// <param name="Cluster">What the API server says.</param>
/// <param name="Provider">What <c>edgekms status</c> says.</param>
/// <param name="Rotation">The keys, measured against the policy; null where the ring could not be read.</param>
/// <param name="Scan">What <c>edgekms scan</c> says.</param>
/// <param name="ScanNext">What to run for what was counted; null where nothing is to be done.</param>
/// <param name="Backups">What is known of backups.</param>
/// <param name="Doctor">What <c>edgekms doctor</c> says.</param>
/// <param name="AuditLog">The audit log's verification.</param>
/// <param name="Versions">Of the programs.</param>
internal sealed record KmsReport(
    string Format,
    DateTime Time,
    string Machine,
    string ProviderName,
    string Outcome,
    string Verdict,
    string Remark,
    IReadOnlyList<ReportPoint> Summary,
    ReportPart<ClusterFacts> Cluster,
    ReportPart<StatusReport> Provider,
    RotationHistory? Rotation,
    ReportPart<ScanReport> Scan,
    string? ScanNext,
    BackupHistory Backups,
    ReportPart<DoctorReport> Doctor,
    ReportPart<AuditEvidence> AuditLog,
    VersionReport Versions
)
{
    /// <summary>The format that this program writes.</summary>
    internal const string CurrentFormat = "edgekms-report/1";

    /// <summary>Pure, so that a test shows it for anything that may be gathered.</summary>
    internal static KmsReport Of(ReportParts parts)
    {
        var rotation = parts.Provider.Value?.Ring is { } ring
            ? RotationHistory.Of(ring, parts.Entries, parts.Rule, parts.Time)
            : null;
        var summary = ReportSummary.Of(parts, rotation);
        return new KmsReport(
            CurrentFormat,
            parts.Time,
            parts.Machine,
            parts.ProviderName,
            ReportOutcome.Worst(summary.Select(p => p.Outcome)),
            summary[0].Text,
            ReportSummary.Remark(summary),
            summary,
            parts.Cluster,
            parts.Provider,
            rotation,
            parts.Scan,
            parts.Scan.Value is { } scan ? ScanVerdict.Next(scan, parts.Configured)?["next: ".Length..] : null,
            parts.Backups,
            parts.Doctor,
            parts.AuditLog,
            parts.Versions
        );
    }
}
