using EdgeKms.Contract.Scan;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Contract.AdminApi;

/// <summary>
/// What the last scan has counted, as <c>edgekms scan</c> and <c>edgekms reencrypt</c> tell the daemon (<c>PUT /v1/scan</c>). The
/// daemon keeps it, passes it on in its status and its metrics, and says which of the keys its ring has.
/// </summary>
/// <param name="At">When the scan began.</param>
/// <param name="KeyId">The active key at that time.</param>
/// <param name="Scope">As in <see cref="ScanReport"/>.</param>
/// <param name="Complete">True where every object was counted that may be under a key of the provider.</param>
/// <param name="Objects">All that were counted.</param>
/// <param name="Active">Under the active key.</param>
/// <param name="Stale">Under another key of the provider that the ring of that time had.</param>
/// <param name="Foreign">Of another provider, or of no form that is known.</param>
/// <param name="Plain">In the clear, though their resource has to be encrypted.</param>
/// <param name="KmsV1">Encrypted by KMS v1, whatever the key.</param>
/// <param name="NotCovered">In the clear, of resources that need not be encrypted.</param>
/// <param name="RingId">Key ring of the daemon at that time; null where the scan does not say it.</param>
/// <param name="Keys">Objects by key id, at most <see cref="MaxKeys"/>; null in a status, which has <see cref="ObjectsReport"/>, and
/// where an older program tells.</param>
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
    long NotCovered,
    string? RingId = null,
    IReadOnlyList<StoredUnderKey>? Keys = null
)
{
    /// <summary>A ring has 4,096 keys; as many of another ring may be counted beside them.</summary>
    public const int MaxKeys = 8_192;

    /// <summary>kube-apiserver refuses a longer key id.</summary>
    public const int MaxKeyId = 1_024;

    /// <summary>Null where the scan says nothing of the whole: it did not know the active key, or counted named resources alone.</summary>
    public static LastScanReport? Of(ScanReport scan)
    {
        if (scan is not { ActiveKeyId: { } key, Scope: not "resources" })
            return null;
        var keys = KeysOf(scan);
        return new LastScanReport(
            scan.Time,
            key,
            scan.Scope,
            scan.Complete && keys.Count <= MaxKeys,
            scan.Objects,
            scan.Active,
            scan.Stale,
            scan.Foreign,
            scan.Plain,
            scan.Counts.Where(c => c.Form == "kms-v1").Sum(c => c.Objects),
            scan.NotCovered,
            scan.RingId,
            [.. keys.Take(MaxKeys)]
        );
    }

    /// <summary>The most objects first.</summary>
    private static List<StoredUnderKey> KeysOf(ScanReport scan) =>
        [
            .. scan
                .Counts.Where(c =>
                    c is { KeyId.Length: > 0 and <= MaxKeyId, Form: "kms-v2" or "kms-v1" }
                    && ProviderName.IsOf(scan.Provider, c.Provider)
                )
                .GroupBy(c => (KeyId: c.KeyId!, KmsV1: c.Form == "kms-v1"))
                .Select(g => new StoredUnderKey(g.Key.KeyId, g.Key.KmsV1, g.Sum(c => c.Objects)))
                .OrderByDescending(k => k.Objects)
                .ThenBy(k => k.KeyId, StringComparer.Ordinal),
        ];
}
