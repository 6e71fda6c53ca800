using EdgeKms.Cluster.Metrics;

namespace EdgeKms.Cli.Status.Live;

/// <summary>What the daemon has counted of one method since its start.</summary>
/// <param name="Calls">All calls.</param>
/// <param name="Failed">Those with another code than OK.</param>
/// <param name="Bounds">Upper bounds of the buckets in seconds, ascending, the last infinite.</param>
/// <param name="UpTo">Calls that took no longer than each bound.</param>
internal sealed record CallCount(double Calls, double Failed, IReadOnlyList<double> Bounds, IReadOnlyList<double> UpTo)
{
    private const string Requests = "edgekms_kms_requests_total";
    private const string Buckets = "edgekms_kms_request_duration_seconds_bucket";

    /// <summary>The methods on a page, called or not; a method stands there once for each code.</summary>
    internal static IEnumerable<string> Methods(ReadOnlySpan<byte> metrics) =>
        MetricsText.Read(metrics, Requests).Select(s => s.Labels.GetValueOrDefault("method", ""));

    /// <summary>Reads a page of metrics.</summary>
    internal static CallCount Read(ReadOnlySpan<byte> metrics, string method)
    {
        var calls = MetricsText.Read(metrics, Requests).Where(s => s.Has("method", method)).ToList();
        var buckets = MetricsText
            .Read(metrics, Buckets)
            .Where(s => s.Has("method", method))
            .GroupBy(s => Bound(s.Labels.GetValueOrDefault("le")))
            .OrderBy(g => g.Key)
            .Select(g => (Bound: g.Key, UpTo: g.Sum(s => s.Value)))
            .ToList();
        return new CallCount(
            calls.Sum(s => s.Value),
            calls.Where(s => !s.Has("code", "OK")).Sum(s => s.Value),
            [.. buckets.Select(b => b.Bound)],
            [.. buckets.Select(b => b.UpTo)]
        );
    }

    /// <summary>What came since then; all of it where the daemon was started anew.</summary>
    internal CallCount Since(CallCount? before) =>
        before is null || before.Calls > Calls || before.UpTo.Count != UpTo.Count
            ? this
            : new CallCount(
                Calls - before.Calls,
                Failed - before.Failed,
                Bounds,
                [.. UpTo.Zip(before.UpTo, (now, then) => now - then)]
            );

    /// <summary>
    /// Seconds that a part of the calls stayed within, interpolated in its bucket as Prometheus's <c>histogram_quantile</c> does;
    /// null without calls.
    /// </summary>
    /// <param name="part">Between 0 and 1.</param>
    internal double? Quantile(double part)
    {
        if (UpTo.Count < 2 || UpTo[^1] <= 0)
            return null;
        var wanted = part * UpTo[^1];
        var at = 0;
        while (at < UpTo.Count - 1 && UpTo[at] < wanted)
            at++;
        if (at == UpTo.Count - 1)
            return Bounds[^2]; // longer than the last bound: how much longer is not known
        var (start, below) = at == 0 ? (0, 0) : (Bounds[at - 1], UpTo[at - 1]);
        return UpTo[at] <= below ? Bounds[at] : start + ((Bounds[at] - start) * (wanted - below) / (UpTo[at] - below));
    }

    private static double Bound(string? text) =>
        double.TryParse(
            text,
            System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture,
            out var bound
        )
            ? bound
            : double.PositiveInfinity;
}
