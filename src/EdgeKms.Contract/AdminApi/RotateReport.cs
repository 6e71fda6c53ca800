namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms rotate -o json</c> prints.</summary>
/// <param name="RingId">The ring.</param>
/// <param name="OldKeyId">The key that was active before.</param>
/// <param name="NewKeyId">The key that is active now; null with <c>--dry-run</c>.</param>
/// <param name="Generation">The generation that is on disk now.</param>
/// <param name="Backup">File name of the backup in <c>backup.directory</c>; null when none was written.</param>
/// <param name="Warnings">What failed beside the change, which stands.</param>
/// <param name="DryRun">True when nothing was changed.</param>
/// <param name="DaemonReloaded">True when the daemon serves the new generation.</param>
public sealed record RotateReport(
    string RingId,
    string OldKeyId,
    string? NewKeyId,
    long Generation,
    string? Backup,
    IReadOnlyList<string> Warnings,
    bool DryRun,
    bool DaemonReloaded
);
