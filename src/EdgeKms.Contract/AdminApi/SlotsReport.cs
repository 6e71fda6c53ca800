namespace EdgeKms.Contract.AdminApi;

/// <summary>What the commands of <c>edgekms slot</c> print with <c>-o json</c>. No code or passphrase is ever in it.</summary>
/// <param name="RingId">The ring.</param>
/// <param name="Generation">Its generation, after the change.</param>
/// <param name="Slots">The slots, after the change.</param>
/// <param name="Added">Number of the slot that was added; null when none was.</param>
/// <param name="Removed">Number of the slot that was removed; null when none was.</param>
/// <param name="NewKeyId">The new active key; null when the change made none.</param>
/// <param name="Backup">File name of the backup; null when none was written.</param>
/// <param name="Warnings">What failed beside the change, which stands.</param>
/// <param name="DryRun">True when nothing was changed.</param>
/// <param name="DaemonReloaded">True when the daemon serves the new generation.</param>
public sealed record SlotsReport(
    string RingId,
    long Generation,
    IReadOnlyList<SlotReport> Slots,
    int? Added,
    int? Removed,
    string? NewKeyId,
    string? Backup,
    IReadOnlyList<string> Warnings,
    bool DryRun,
    bool DaemonReloaded
);
