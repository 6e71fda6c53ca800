namespace EdgeKms.Cli.Status.Live;

/// <summary>Turns the daemon's counts into rates: what came since the frame before.</summary>
/// <param name="time">Measures the time between.</param>
internal sealed class CallWindow(TimeProvider time)
{
    private static readonly string[] s_methods = ["Status", "Encrypt", "Decrypt"];

    /// <summary>Of KMS v1, as the metrics name them: on the page where it is served.</summary>
    private static readonly string[] s_v1Methods = ["V1Version", "V1Encrypt", "V1Decrypt"];

    private Dictionary<string, CallCount>? _before;
    private long _at;

    /// <param name="metrics">The daemon's page of metrics.</param>
    internal IReadOnlyList<CallRate> Next(byte[] metrics)
    {
        string[] methods = [.. s_methods, .. s_v1Methods.Intersect(CallCount.Methods(metrics), StringComparer.Ordinal)];
        var now = methods.ToDictionary(m => m, m => CallCount.Read(metrics, m), StringComparer.Ordinal);
        var seconds = time.GetElapsedTime(_at).TotalSeconds;
        var before = _before;
        (_before, _at) = (now, time.GetTimestamp());
        return [.. methods.Select(m => Rate(m, now[m], before?.GetValueOrDefault(m), seconds))];
    }

    private static CallRate Rate(string method, CallCount now, CallCount? before, double seconds)
    {
        var recent = before is null ? null : now.Since(before);
        return new CallRate(
            method,
            recent is null || seconds <= 0 ? null : recent.Calls / seconds,
            recent?.Quantile(0.5),
            recent?.Quantile(0.99),
            now.Calls,
            now.Failed
        );
    }
}
