namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms repair -o json</c> prints.</summary>
/// <param name="Findings">What was found.</param>
/// <param name="Plan">What is to be done about it, in order; empty when nothing is.</param>
/// <param name="Actions">What was done; empty with <c>--dry-run</c>.</param>
/// <param name="Warnings">What failed beside it, or needs a person.</param>
/// <param name="DryRun">True when nothing was changed.</param>
/// <param name="DaemonReloaded">True when a daemon serves the ring.</param>
public sealed record RepairReport(
    IReadOnlyList<string> Findings,
    IReadOnlyList<string> Plan,
    IReadOnlyList<string> Actions,
    IReadOnlyList<string> Warnings,
    bool DryRun,
    bool DaemonReloaded
);
