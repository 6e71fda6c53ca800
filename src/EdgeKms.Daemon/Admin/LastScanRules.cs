using EdgeKms.Contract.AdminApi;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Admin;

/// <summary>What a scan must keep to be believed as a scan: it comes back in every status, and its counts are added up.</summary>
internal static class LastScanRules
{
    private const int MaxScope = 256;

    /// <summary>8,192 times that is far from the end of a long.</summary>
    private const long MaxObjects = 1_000_000_000_000;

    internal static bool Keeps(LastScanReport scan) =>
        scan is { KeyId.Length: > 0 and <= LastScanReport.MaxKeyId, Scope.Length: <= MaxScope }
        && (scan.RingId is null || RingId.TryParse(scan.RingId) is not null)
        && IsCount(scan.Objects)
        && IsCount(scan.Active)
        && IsCount(scan.Stale)
        && IsCount(scan.Foreign)
        && IsCount(scan.Plain)
        && IsCount(scan.KmsV1)
        && IsCount(scan.NotCovered)
        && (
            scan.Keys is null
            || (scan.Keys.Count <= LastScanReport.MaxKeys && scan.Keys.All(k => k is not null && IsKey(k)))
        );

    private static bool IsKey(StoredUnderKey key) =>
        key.KeyId.Length is > 0 and <= LastScanReport.MaxKeyId && IsCount(key.Objects);

    private static bool IsCount(long objects) => objects is >= 0 and <= MaxObjects;
}
