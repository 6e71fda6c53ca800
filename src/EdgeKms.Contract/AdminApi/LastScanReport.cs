using EdgeKms.Contract.Scan;

namespace EdgeKms.Contract.AdminApi;

/// <summary>
/// What the last scan has counted, as <c>edgekms scan</c> and <c>edgekms reencrypt</c> tell the daemon (<c>PUT /v1/scan</c>). The
/// daemon passes it on in its status and its metrics and believes nothing of it.
/// </summary>
/// <param name="At">When the scan began.</param>
/// <param name="KeyId">The active key at that time.</param>
/// <param name="Scope">As in <see cref="ScanReport"/>.</param>
/// <param name="Complete">True where every object was counted that may be under a key of the provider.</param>
/// <param name="Objects">All that were counted.</param>
/// <param name="Active">Under the active key.</param>
/// <param name="Stale">Under another key of the provider.</param>
/// <param name="Foreign">Of another provider, or of no form that is known.</param>
/// <param name="Plain">In the clear, though their resource has to be encrypted.</param>
/// <param name="KmsV1">Encrypted by KMS v1.</param>
/// <param name="NotCovered">In the clear, of resources that need not be encrypted.</param>
public sealed record LastScanReport(
    DateTime At,
    string KeyId,
    string Scope,
    bool Complete,
    long Objects,
    long Active,
    long Stale,
    long Foreign,
    long Plain,
    long KmsV1,
    long NotCovered
)
{
    /// <summary>Null where the scan says nothing of the whole: it did not know the active key, or counted named resources alone.</summary>
    public static LastScanReport? Of(ScanReport scan) =>
        scan is { ActiveKeyId: { } key, Scope: not "resources" }
            ? new LastScanReport(
                scan.Time,
                key,
                scan.Scope,
                scan.Complete,
                scan.Objects,
                scan.Active,
                scan.Stale,
                scan.Foreign,
                scan.Plain,
                scan.KmsV1,
                scan.NotCovered
            )
            : null;
}
