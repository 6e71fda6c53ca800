namespace EdgeKms.Cluster.Conformance;

/// <summary>Leaving in good order.</summary>
internal static class ShutdownChecks
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<Check> All { get; } =
        [
            new(
                new(80, 'a'),
                Level.Should,
                "on SIGTERM the plugin sends GOAWAY, finishes running calls and is gone within 3 s",
                "measured: a kill gives \"Unavailable ... EOF\", which nothing retries",
                Needs.Restart(GoAwayAsync)
            ),
        ];

    private static async Task<Verdict> GoAwayAsync(Trial trial)
    {
        using var limit = trial.Limit(trial.Options.Patience);
        using var connection = await RawHttp2Connection.OpenAsync(trial.Options.Plugin, limit.Token);
        var warm = await connection.CallAsync(KmsMethod.StatusPath, "localhost", [], limit.Token);
        if (!warm.Succeeded)
        {
            return Verdict.Fail(warm.Problem);
        }

        // A call that has begun, and whose message comes only after the plugin was told to stop.
        var running = await connection.BeginAsync(KmsMethod.StatusPath, "localhost", timeout: "20S", limit.Token);
        await connection.PingAsync(limit.Token);
        var restart = trial.RestartAsync();
        var start = trial.Time.GetTimestamp();
        var verdict = await FollowAsync(trial, connection, running, start, limit.Token);
        await restart;
        return verdict;
    }

    private static async Task<Verdict> FollowAsync(
        Trial trial,
        RawHttp2Connection connection,
        int running,
        long start,
        CancellationToken stop
    )
    {
        try
        {
            while (!connection.SawGoAway)
            {
                await connection.ReceiveAsync(stop);
            }
        }
        catch (Exception error) when (error is IOException or EndOfStreamException)
        {
            return Verdict.Fail("the connection was cut without GOAWAY");
        }

        var answer = RawAnswer.None;
        try
        {
            await connection.EndAsync(running, [], stop);
            answer = await connection.AnswerAsync(running, stop);
        }
        catch (IOException)
        {
            // Closed before the message could be sent: the call was not finished.
        }

        await connection.ClosedAsync(stop);
        var took = trial.Time.GetElapsedTime(start);
        return (answer.Succeeded, took > Allowed) switch
        {
            (false, _) => Verdict.Fail($"GOAWAY came, but a running call was cut: {answer.Problem}"),
            (_, true) => Verdict.Fail($"the connection was closed only after {took.TotalSeconds:0.0} s"),
            _ => Verdict.Pass($"{Latency.Text(took)} from the command to the end; the exit code can't be seen from here"),
        };
    }
}
