namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms init -o json</c> prints. The recovery code is never in it.</summary>
/// <param name="RingId">The ring's public name; <c>-</c> with <c>--dry-run</c>.</param>
/// <param name="KeyId">The active key; <c>-</c> with <c>--dry-run</c>.</param>
/// <param name="Generation">1.</param>
/// <param name="DryRun">True when nothing was made.</param>
/// <param name="DaemonReloaded">True when a daemon serves the ring.</param>
/// <param name="Warnings">Where the state directory or the node token would not last.</param>
public sealed record InitReport(
    string RingId,
    string KeyId,
    long Generation,
    bool DryRun,
    bool DaemonReloaded,
    IReadOnlyList<string> Warnings
);
