using System.Diagnostics;

namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>Waits for something that another process does in its own time.</summary>
internal static class Eventually
{
    /// <summary>
    /// A limit only says how long a failure takes. It is told for an idle machine; a busy one, where other tests build clusters
    /// at the same time, gets this many times more.
    /// </summary>
    internal const int Busy = 4;

    /// <summary>How long it took until <paramref name="condition"/> held.</summary>
    internal static async Task<TimeSpan> Holds(TimeSpan limit, string what, Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > limit * Busy)
                throw new TimeoutException($"not within {limit}: {what}");
            await Task.Delay(100);
        }
        return watch.Elapsed;
    }

    internal static Task<TimeSpan> Holds(TimeSpan limit, string what, Func<bool> condition) =>
        Holds(limit, what, () => Task.FromResult(condition()));
}
