using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Report;

/// <summary>What is known of the ring's backups: what is set, what doctor found, what the audit log tells.</summary>
/// <param name="Directory">The folder that each change of the ring is saved to; null where none is set.</param>
/// <param name="Keep">How many are kept there.</param>
/// <param name="IsRequired">True where a change without a backup is refused.</param>
/// <param name="Checks">Doctor's findings of backups, and of the configurations that backups of the datastore need; none where doctor could not be asked.</param>
/// <param name="Newest">Entries of the audit log of backups made, failed and restored; newest first, at most <see cref="Shown"/>.</param>
internal sealed record BackupHistory(
    string? Directory,
    int Keep,
    bool IsRequired,
    IReadOnlyList<DoctorFinding> Checks,
    IReadOnlyList<AuditEntryReport> Newest
)
{
    internal const int Shown = 10;

    /// <summary>Doctor's check of the files that migrations kept: old backups of the datastore can't be read without their keys.</summary>
    private const string KeptCopies = "EK-CONF-003";

    /// <summary>True for a finding that belongs to <see cref="Checks"/>.</summary>
    internal static bool Concerns(DoctorFinding finding) =>
        finding.Id.StartsWith("EK-BACKUP-", StringComparison.Ordinal) || finding.Id == KeptCopies;
}
