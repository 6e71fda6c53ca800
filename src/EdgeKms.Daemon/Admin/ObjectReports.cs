using EdgeKms.Contract.AdminApi;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Admin;

/// <summary>The last scan in a status: as it was told, and what a ring has of the keys that it counted.</summary>
internal static class ObjectReports
{
    /// <summary>A scan of another ring is not shown as this one's.</summary>
    /// <param name="status">The report.</param>
    /// <param name="scan">Last told; null where none was.</param>
    /// <param name="ring">What the scan is compared with; null where there is no ring to compare.</param>
    internal static StatusReport AddTo(StatusReport status, LastScanReport? scan, RingHeader? ring) =>
        scan?.RingId is null || scan.RingId != status.Ring?.Id
            ? status
            : status with
            {
                LastScan = scan with { Keys = null },
                Objects = Of(scan, ring),
            };

    /// <summary>Null where no scan was told, one without its keys, or one of another ring.</summary>
    internal static ObjectsReport? Of(LastScanReport? scan, RingHeader? ring)
    {
        if (scan?.Keys is not { } keys || scan.RingId != ring?.Id.Text)
            return null;
        var found = StoredObjects.Of(ring!, keys.Select(k => new StoredObjects.KeyCount(k.KeyId, k.KmsV1, k.Objects)));
        return new ObjectsReport(
            found.Active,
            found.Older,
            found.Unreadable,
            found.UnreadableKmsV1,
            [.. found.MissingKeys.Take(ObjectsReport.ShownKeys)]
        );
    }
}
