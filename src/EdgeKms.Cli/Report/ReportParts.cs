using EdgeKms.Cli.Versions;
using EdgeKms.Cluster.Report;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Report;

/// <summary>What was gathered, before it is judged.</summary>
/// <param name="Time">When the report was begun, UTC.</param>
/// <param name="Machine">Name of this machine.</param>
/// <param name="ProviderName">As the EncryptionConfiguration names this provider.</param>
/// <param name="Rule">The rotation of the settings.</param>
/// <param name="Cluster">What the API server says.</param>
/// <param name="Provider">What <c>edgekms status</c> says.</param>
/// <param name="Scan">What <c>edgekms scan</c> says.</param>
/// <param name="Configured">Who writes in the cluster that was counted.</param>
/// <param name="Backups">What is known of backups.</param>
/// <param name="Doctor">What <c>edgekms doctor</c> says.</param>
/// <param name="AuditLog">The audit log.</param>
/// <param name="Entries">All that was read of it, oldest first.</param>
/// <param name="Versions">Of the programs.</param>
internal sealed record ReportParts(
    DateTime Time,
    string Machine,
    string ProviderName,
    RotationRule Rule,
    ReportPart<ClusterFacts> Cluster,
    ReportPart<StatusReport> Provider,
    ReportPart<ScanReport> Scan,
    ConfiguredWriters Configured,
    BackupHistory Backups,
    ReportPart<DoctorReport> Doctor,
    ReportPart<AuditEvidence> AuditLog,
    IReadOnlyList<AuditEntryReport> Entries,
    VersionReport Versions
);
