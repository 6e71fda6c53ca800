namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms rotate -o json</c> prints.</summary>
public sealed record RotateReport(
    string RingId,
    string OldKeyId,
    string? NewKeyId,
    long Generation,
    bool DryRun,
    bool DaemonReloaded
);
