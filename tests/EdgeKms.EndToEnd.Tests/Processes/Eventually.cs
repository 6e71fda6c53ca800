using System.Diagnostics;

namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>Waits for something that another process does in its own time.</summary>
internal static class Eventually
{
    /// <summary>
    /// When a test gives up waiting. It keeps a hung program from holding the run; it says nothing about how fast the program is, so
    /// that a machine under a load of 30 fails no test.
    /// </summary>
    internal static readonly TimeSpan Guard = TimeSpan.FromMinutes(5);

    /// <summary>How long it took until <paramref name="condition"/> held.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="condition">Asked ten times a second.</param>
    /// <param name="guard">Another guard than <see cref="Guard"/>, for what takes minutes on a quiet machine.</param>
    internal static async Task<TimeSpan> Holds(string what, Func<Task<bool>> condition, TimeSpan? guard = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > (guard ?? Guard))
                throw new TimeoutException($"not within {guard ?? Guard}: {what}");
            await Task.Delay(100);
        }
        return watch.Elapsed;
    }

    internal static Task<TimeSpan> Holds(string what, Func<bool> condition, TimeSpan? guard = null) =>
        Holds(what, () => Task.FromResult(condition()), guard);
}
