using System.Globalization;
using EdgeKms.Daemon.Sockets;

namespace EdgeKms.Daemon.Metrics;

/// <summary>The calls of the KMS socket, and who was turned away.</summary>
internal static class CallMetrics
{
    private const string Duration = "edgekms_kms_request_duration_seconds";

    internal static void WriteTo(MetricsText text, DaemonFigures figures)
    {
        var calls = figures
            .Calls.Select(c => (Labels: Labels(c.Of.Method, KmsCode.Names[(int)c.Of.Code]), c.Cells))
            .Select(c => (c.Labels, c.Cells, Counts: c.Cells.Cumulative()))
            .ToList();
        text.Head("edgekms_kms_requests_total", "Calls of the KMS socket by method and gRPC code.", "counter");
        foreach (var (labels, _, counts) in calls)
            text.Sample("edgekms_kms_requests_total", counts[^1], labels);

        text.Head(Duration, "Time from a call's arrival to its answer.", "histogram");
        foreach (var (labels, cells, counts) in calls)
        {
            for (var i = 0; i < counts.Length; i++)
                text.Sample($"{Duration}_bucket", counts[i], [.. labels, ("le", Bound(i))]);
            text.Sample($"{Duration}_sum", cells.Seconds, labels);
            text.Sample($"{Duration}_count", counts[^1], labels);
        }

        const string refused = "edgekms_peers_refused_total";
        text.Head(refused, "Connections of users who may not call a socket.", "counter");
        foreach (var surface in new[] { Surface.Admin, Surface.Kms, Surface.Observer })
            text.Sample(refused, figures.PeersRefused(surface), ("socket", surface.Name));
    }

    private static (string, string)[] Labels(KmsMethod method, string code) =>
        [("method", method.ToString()), ("code", code)];

    private static string Bound(int cell) =>
        cell < DurationCells.Bounds.Count ? DurationCells.Bounds[cell].ToString(CultureInfo.InvariantCulture) : "+Inf";
}
