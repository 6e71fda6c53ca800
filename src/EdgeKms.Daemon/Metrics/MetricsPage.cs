using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Metrics;

/// <summary>The daemon's figures in Prometheus's text format 0.0.4.</summary>
internal static class MetricsPage
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] s_states = ["done", "failed", "running", "waiting"];

    internal static string Of(StatusReport status)
    {
        var text = new MetricsText();
        text.Gauge("edgekms_build_info", "The version; always 1.", 1, ("version", status.Version));
        if (status.Reencryption is { } reencryption)
            Reencryption(text, reencryption, status.Ring);
        return text.ToString();
    }

    /// <summary>
    /// What was told of a key that isn't active any more is no proof of anything: then the state is <c>waiting</c> alone.
    /// </summary>
    private static void Reencryption(MetricsText text, ReencryptionReport report, RingReport? ring)
    {
        var isCurrent = ring is null || ring.Keys.Any(k => k.State == "active" && k.Id == report.KeyId);
        var state = isCurrent ? report.State : "waiting";
        text.Head(
            "edgekms_reencryption_state",
            "How far the stored objects have followed the active key: 1 for the state."
        );
        foreach (var one in s_states)
            text.Sample("edgekms_reencryption_state", one == state ? 1 : 0, ("state", one));
        if (!isCurrent)
            return;
        if (report.Objects is { } objects)
            text.Gauge("edgekms_reencryption_objects", "Objects that were counted.", objects);
        if (report.Stale is { } stale)
            text.Gauge("edgekms_reencryption_stale_objects", "Objects that are not under the active key.", stale);
        if (report.ProvenAt is { } at)
        {
            text.Gauge(
                "edgekms_reencryption_proven_timestamp_seconds",
                "When the datastore showed that no object is under another key.",
                new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeSeconds()
            );
        }
    }
}
