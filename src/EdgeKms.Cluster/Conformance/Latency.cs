using System.Globalization;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Durations of many calls.</summary>
internal sealed class Latency
{
    private readonly TimeSpan[] times;

    private Latency(TimeSpan[] times)
    {
        this.times = times;
        Array.Sort(times);
    }

    /// <summary>The time that 99 of 100 calls keep.</summary>
    public TimeSpan P99 => At(0.99);

    public static async Task<Latency> MeasureAsync(Trial trial, int count, int parallel, Func<int, Task> call)
    {
        var measured = new TimeSpan[count];
        await trial.ParallelAsync(
            count,
            parallel,
            async i =>
            {
                var start = trial.Time.GetTimestamp();
                await call(i);
                measured[i] = trial.Time.GetElapsedTime(start);
            }
        );
        return new Latency(measured);
    }

    public override string ToString() => $"p50 {Text(At(0.5))}, p99 {Text(P99)}, most {Text(times[^1])}";

    public static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");

    private TimeSpan At(double part) => times[(int)Math.Min(times.Length - 1, times.Length * part)];
}
