using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Metrics;

/// <summary>The stored objects, as programs without keys have told: the last scan, and how far the re-encryption is.</summary>
internal static class ObjectMetrics
{
    private static readonly string[] s_states = ["done", "failed", "running", "waiting"];

    internal static void WriteTo(MetricsText text, StatusReport status)
    {
        if (status.LastScan is { } scan)
            Scan(text, scan, status);
        if (status.Reencryption is { } reencryption)
            Reencryption(text, reencryption, status.IsReencryptionCurrent);
    }

    /// <summary>
    /// By what the ring that serves has of the counted keys. Where the scan was told without them: after a rotation nothing is under
    /// the active key yet, so what was counted as active then is stale now.
    /// </summary>
    private static void Scan(MetricsText text, LastScanReport scan, StatusReport status)
    {
        var (ring, objects) = (status.Ring, status.Objects);
        var isCurrent = ring is null || ring.Keys.Any(k => k.State == "active" && k.Id == scan.KeyId);
        var (active, stale) =
            objects is not null ? (objects.Active, objects.Older)
            : isCurrent ? (scan.Active, scan.Stale)
            : (0, scan.Active + scan.Stale);
        List<(string, long)> counts =
        [
            ("active", active),
            ("stale", stale),
            ("foreign", scan.Foreign),
            ("plain", scan.Plain),
            ("kms-v1", Math.Max(0, scan.KmsV1 - (objects?.UnreadableKmsV1 ?? 0))),
            ("not-covered", scan.NotCovered),
        ];
        if (objects is not null)
            counts.Add(("unreadable", objects.Unreadable));
        text.Counts("edgekms_objects", "Stored objects by what they are under, from the last scan.", "state", counts);
        text.Date("edgekms_scan_timestamp_seconds", "When that scan began.", scan.At);
        text.Flag("edgekms_scan_complete", "1 where it counted every object that may be under a KEK.", scan.Complete);
    }

    private static void Reencryption(MetricsText text, ReencryptionReport report, bool isCurrent)
    {
        text.State(
            "edgekms_reencryption_state",
            "How far the stored objects have followed the active key: 1 for the state.",
            "state",
            s_states,
            isCurrent ? report.State : "waiting"
        );
        if (!isCurrent)
            return;
        if (report.Objects is { } objects)
            text.Gauge("edgekms_reencryption_objects", "Objects that were counted.", objects);
        if (report.Stale is { } stale)
            text.Gauge("edgekms_reencryption_stale_objects", "Objects that are not under the active key.", stale);
        text.Date(
            "edgekms_reencryption_proven_timestamp_seconds",
            "When the datastore showed that no object is under another key.",
            report.ProvenAt
        );
    }
}
