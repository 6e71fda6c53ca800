using EdgeKms.Cli.Status;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Reencrypt;

/// <summary>
/// <c>edgekms reencrypt --watch</c>: asks the daemon every 30 s which key is active, and where that is another one, and once at
/// its start, has everything stored anew and proven. It tells the daemon how far it is, again and again, since a daemon that was
/// restarted has forgotten it. It holds no key.
/// </summary>
/// <param name="sockets">Of the daemon.</param>
/// <param name="once">One run: the key, and what it came to. It says after each page how far it is.</param>
/// <param name="say">Gets what happens in words.</param>
/// <param name="time">The clock.</param>
internal sealed class ReencryptWatch(
    DaemonSockets sockets,
    Func<Action<RewriteProgress>, CancellationToken, Task<(string Key, ReencryptResult Result)>> once,
    Action<string> say,
    TimeProvider time
)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_betweenTells = TimeSpan.FromSeconds(5);

    private ReencryptionReport? _last;
    private string? _done;
    private string? _said;
    private volatile RewriteProgress? _progress;

    /// <summary>Until it is told to stop.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        for (var failures = 0; ; )
        {
            failures = await TurnAsync(cancellation) ? 0 : failures + 1;
            var pause = s_pause * Math.Pow(2, Math.Min(failures, 5));
            await Task.Delay(pause < s_longestPause ? pause : s_longestPause, time, cancellation);
        }
    }

    /// <returns>False where something stood in the way.</returns>
    internal async Task<bool> TurnAsync(CancellationToken cancellation)
    {
        var daemon = await ProviderStates.AskAsync(sockets, cancellation);
        if (daemon.KeyId is not { } key)
        {
            SayOnce(daemon.Problem ?? "the daemon doesn't tell which key is active");
            return false;
        }
        if (key != _done)
            return await FollowAsync(key, cancellation);
        await TellAsync(_last!, cancellation);
        return true;
    }

    private async Task<bool> FollowAsync(string key, CancellationToken cancellation)
    {
        _progress = null;
        try
        {
            var running = once(p => _progress = p, cancellation);
            await TellWhileAsync(running, key, cancellation);
            var (of, result) = await running;
            var isProven = result is { IsGood: true, Left: 0 };
            await TellAsync(
                new ReencryptionReport(
                    of,
                    result.IsGood ? "done" : "failed",
                    result.Resources.Sum(r => (long)r.Count.Seen),
                    result.Left - result.Unreadable,
                    isProven ? time.GetUtcNow().UtcDateTime : null,
                    result.IsGood ? null
                        : result.Unreadable > 0
                            ? $"{result.Unreadable} objects are under a key that this key ring doesn't have: unreadable"
                        : "objects are left under other keys: see the log of reencrypt"
                ),
                cancellation
            );
            // Another key may have become active meanwhile: the next turn sees it.
            _done = result.IsGood ? of : null;
            _said = null;
            return result.IsGood;
        }
        catch (CommandException e)
        {
            SayOnce(e.Message);
            await TellAsync(new ReencryptionReport(key, "failed", null, null, null, Short(e.Message)), cancellation);
            return false;
        }
    }

    private async Task TellWhileAsync(Task running, string key, CancellationToken cancellation)
    {
        try
        {
            do
            {
                await TellAsync(Running(key, _progress), cancellation);
            } while (await Task.WhenAny(running, Task.Delay(s_betweenTells, time, cancellation)) != running);
        }
        catch (OperationCanceledException)
        {
            // It was told to stop as well, and must have left everything in order.
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private static ReencryptionReport Running(string key, RewriteProgress? progress)
    {
        var done = progress?.Count.Done;
        return new ReencryptionReport(key, "running", progress?.Total, progress?.Total - done, null, null);
    }

    private async Task TellAsync(ReencryptionReport report, CancellationToken cancellation)
    {
        _last = report;
        await DaemonNotices.TellAsync(sockets, report, cancellation);
    }

    private void SayOnce(string text)
    {
        if (text == _said)
            return;
        _said = text;
        say(text);
    }

    private static string Short(string text) => text.Length <= 500 ? text : text[..500];
}
