namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms restore -o json</c> prints.</summary>
/// <param name="RingId">The ring of the backup.</param>
/// <param name="BackupGeneration">The generation in the backup.</param>
/// <param name="Keys">Its KEKs, oldest first; each passed its self-test, destroyed ones excepted.</param>
/// <param name="Covers">Whether the backup holds every key of the ring on this machine; null where there is none.</param>
/// <param name="Generation">The generation that was made; null with <c>--verify</c> and <c>--dry-run</c>.</param>
/// <param name="NewKeyId">The key that is active now; null as above.</param>
/// <param name="Backup">File name of the new generation's backup; null when none was written.</param>
/// <param name="Warnings">What failed beside the restore, which stands.</param>
/// <param name="DaemonReloaded">True when the daemon serves the restored ring.</param>
public sealed record RestoreReport(
    string RingId,
    long BackupGeneration,
    IReadOnlyList<KeyReport> Keys,
    bool? Covers,
    long? Generation,
    string? NewKeyId,
    string? Backup,
    IReadOnlyList<string> Warnings,
    bool DaemonReloaded
);
