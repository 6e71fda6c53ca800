using EdgeKms.Cluster.Metrics;

namespace EdgeKms.Cluster.InForce;

/// <summary>
/// What an API server's metrics say of its encryption configuration. By the sources of kube-apiserver
/// (options/encryptionconfig/metrics and controller, options/etcd.go):
/// <list type="bullet">
/// <item>1.27, and 1.28 before its fix #120544: nothing of reloads (what 1.28 counts isn't registered).</item>
/// <item>1.28 with the fix: <c>automatic_reload_success_total</c> and <c>_failures_total</c> without labels, 0 from the start and also
/// without automatic reload; <c>automatic_reload_last_timestamp_seconds{status}</c> from the first reload on.</item>
/// <item>1.29: the same with <c>apiserver_id_hash</c>, each from its first reload on.</item>
/// <item>1.30: also <c>automatic_reloads_total{status,apiserver_id_hash}</c>; the two older are deprecated, hidden from 1.31 on, and
/// gone in 1.34.</item>
/// <item>1.34: also <c>last_config_info{apiserver_id_hash,hash}</c>, from the start and also without automatic reload.</item>
/// </list>
/// A start counts as no reload, and a file whose bytes didn't change is no reload either.
/// </summary>
internal static class ReloadMetrics
{
    private const string Prefix = "apiserver_encryption_config_controller_";
    private const string Hash = "hash";
    private const string Status = "status";
    private const string Id = "apiserver_id_hash";

    /// <param name="text">All metrics, UTF-8.</param>
    /// <param name="sample">Gets what they say.</param>
    internal static InForceSample Read(ReadOnlySpan<byte> text, InForceSample sample)
    {
        var infos = MetricsText.Read(text, Prefix + "last_config_info").Where(i => i.Value > 0).ToList();
        var totals = MetricsText.Read(text, Prefix + "automatic_reloads_total");
        var successes = MetricsText.Read(text, Prefix + "automatic_reload_success_total");
        var failures = MetricsText.Read(text, Prefix + "automatic_reload_failures_total");
        var times = MetricsText.Read(text, Prefix + "automatic_reload_last_timestamp_seconds");
        var starts = MetricsText.Read(text, "process_start_time_seconds");
        var builds = MetricsText.Read(text, "kubernetes_build_info");
        return sample with
        {
            Hashes = Distinct(infos, Hash),
            Ids = Distinct([.. infos, .. totals, .. successes, .. failures, .. times], Id),
            // The newer counter stands beside the older ones in 1.30 and counts the same: never both.
            Successes = Sum(totals.Count > 0 ? totals.Where(t => t.Has(Status, "success")) : successes),
            Failures = Sum(totals.Count > 0 ? totals.Where(t => t.Has(Status, "failure")) : failures),
            HasCounters = totals.Count + successes.Count + failures.Count > 0,
            LastSuccess = Latest(times.Where(t => t.Has(Status, "success"))),
            LastFailure = Latest(times.Where(t => t.Has(Status, "failure"))),
            ProcessStart = Latest(starts),
            Version = builds.Select(b => b.Labels.GetValueOrDefault("git_version")).FirstOrDefault(v => v is not null),
        };
    }

    private static List<string> Distinct(IEnumerable<MetricSample> samples, string label) =>
        [
            .. samples
                .Select(s => s.Labels.GetValueOrDefault(label) ?? "")
                .Where(v => v.Length > 0)
                .Distinct(StringComparer.Ordinal),
        ];

    private static long Sum(IEnumerable<MetricSample> samples) =>
        samples.Where(s => s.Value is >= 0 and < 1e15).Sum(s => (long)s.Value);

    /// <summary>The latest of seconds since 1970; null where there is none between 1970 and 9999.</summary>
    private static DateTimeOffset? Latest(IEnumerable<MetricSample> samples) =>
        samples
            .Where(s => s.Value is > 0 and < 253_402_300_799)
            .Select(s => (DateTimeOffset?)DateTimeOffset.UnixEpoch.AddTicks((long)(s.Value * TimeSpan.TicksPerSecond)))
            .Max();
}
