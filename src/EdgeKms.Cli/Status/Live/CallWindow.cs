namespace EdgeKms.Cli.Status.Live;

/// <summary>Turns the daemon's counts into rates: what came since the frame before.</summary>
/// <param name="time">Measures the time between.</param>
internal sealed class CallWindow(TimeProvider time)
{
    private static readonly string[] s_methods = ["Status", "Encrypt", "Decrypt"];

    private Dictionary<string, CallCount>? _before;
    private long _at;

    /// <param name="metrics">The daemon's page of metrics.</param>
    internal IReadOnlyList<CallRate> Next(byte[] metrics)
    {
        var now = s_methods.ToDictionary(m => m, m => CallCount.Read(metrics, m), StringComparer.Ordinal);
        var seconds = time.GetElapsedTime(_at).TotalSeconds;
        var before = _before;
        (_before, _at) = (now, time.GetTimestamp());
        return [.. s_methods.Select(m => Rate(m, now[m], before?[m], seconds))];
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
