using System.Globalization;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// How long an API server in trouble is waited for: 0.5 s, twice as long each time up to 30 s, until nothing at all has
/// succeeded for the limit. One for all requests that run at once.
/// </summary>
/// <param name="limit">Time without any progress.</param>
/// <param name="time">Measures it.</param>
/// <param name="say">Gets the trouble in words, once each time that it begins.</param>
public sealed class Patience(TimeSpan limit, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    private long _lastProgress = time.GetTimestamp();
    private int _isInTrouble;

    /// <summary>Something succeeded.</summary>
    internal void Progress()
    {
        Volatile.Write(ref _lastProgress, time.GetTimestamp());
        Volatile.Write(ref _isInTrouble, 0);
    }

    /// <summary>Waits before another turn.</summary>
    /// <param name="turn">From 1 on: how often this one failed.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">Exit code 11: the limit is over.</exception>
    internal async Task WaitAsync(int turn, string reason, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _isInTrouble, 1) == 0)
            say($"{reason}; trying again");
        var left = limit - time.GetElapsedTime(Volatile.Read(ref _lastProgress));
        if (left <= TimeSpan.Zero)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"nothing succeeded for {limit.TotalSeconds:0} s: {reason}"
                ),
                "once the API server is well, run the same command again: it goes on where it stopped"
            );
        }
        var wait = s_first * Math.Pow(2, Math.Min(turn - 1, 6));
        wait = wait < s_longest ? wait : s_longest;
        await Task.Delay(wait < left ? wait : left, time, cancellation);
    }
}
