namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms repair -o json</c> prints: what was found and what was done, in order.</summary>
public sealed record RepairReport(
    IReadOnlyList<string> Findings,
    IReadOnlyList<string> Actions,
    bool DryRun,
    bool DaemonReloaded
);
