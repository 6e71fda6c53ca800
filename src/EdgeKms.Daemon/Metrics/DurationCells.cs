namespace EdgeKms.Daemon.Metrics;

/// <summary>A histogram's cells: how many durations were up to each bound, and their sum. Counted without a lock.</summary>
internal sealed class DurationCells
{
    /// <summary>
    /// Upper bounds in seconds, a third of a decade apart: a call takes 0.1 ms, and kube-apiserver's deadline is 3 s.
    /// </summary>
    internal static readonly IReadOnlyList<double> Bounds =
    [
        0.0001,
        0.00025,
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        3,
    ];

    private readonly long[] _cells = new long[Bounds.Count + 1];
    private long _ticks;

    internal void Add(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        var cell = 0;
        while (cell < Bounds.Count && seconds > Bounds[cell])
            cell++;
        Interlocked.Increment(ref _cells[cell]);
        Interlocked.Add(ref _ticks, duration.Ticks);
    }

    /// <summary>How many durations were up to each bound, the last of them up to infinity.</summary>
    internal long[] Cumulative()
    {
        var counts = new long[_cells.Length];
        for (var cell = 0; cell < counts.Length; cell++)
            counts[cell] = Interlocked.Read(ref _cells[cell]) + (cell > 0 ? counts[cell - 1] : 0);
        return counts;
    }

    internal double Seconds => TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds;
}
