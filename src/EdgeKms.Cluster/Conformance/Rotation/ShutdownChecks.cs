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
            "on SIGTERM the plugin sends GOAWAY, finishes running calls and is back within 3 s",
            "measured: a kill gives \"Unavailable ... EOF\", which nothing retries",
            Needs.Restart(GoAwayAsync)
        ),
    ];

    private static async Task<Verdict> GoAwayAsync(Trial trial)
    {
        using var limit = trial.Limit(trial.Options.Patience);
        using var connection = await RawHttp2Connection.OpenAsync(trial.Options.Plugin, limit.Token);
        var warm = await connection.CallAsync(KmsMethod.StatusPath, trial.Options.AuthorityText, [], limit.Token);
        if (!warm.Succeeded)
        {
            return Verdict.Fail(warm.Problem);
        }

        // A call that has begun, and whose message comes only after the plugin was told to stop.
        var running = await connection.BeginAsync(
            KmsMethod.StatusPath,
            trial.Options.AuthorityText,
            timeout: "20S",
            limit.Token
        );
        await connection.PingAsync(limit.Token);
        var start = trial.Time.GetTimestamp();
        var restart = trial.RestartAsync();
        var problem = await ProblemAsync(connection, running, limit.Token);

        // A client closes its connection after GOAWAY when its calls have ended (grpc-go does), so nothing holds the
        // plugin now.
        connection.Dispose();
        await restart;
        var took = trial.Time.GetElapsedTime(start);
        return (problem, took > Allowed) switch
        {
            ({ } text, _) => Verdict.Fail(text),
            (_, true) => Verdict.Fail($"the plugin was back only after {took.TotalSeconds:0.0} s"),
            _ => Verdict.Pass($"stopped and back in {Latency.Text(took)}; the exit code can't be seen from here"),
        };
    }

    private static async Task<string?> ProblemAsync(RawHttp2Connection connection, int running, CancellationToken stop)
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
            return "the connection was cut without GOAWAY";
        }

        try
        {
            await connection.EndAsync(running, [], stop);
            var answer = await connection.AnswerAsync(running, stop);
            return answer.Succeeded ? null : $"GOAWAY came, but a running call was cut: {answer.Problem}";
        }
        catch (IOException)
        {
            return "GOAWAY came, but a running call was cut before its message could be sent";
        }
    }
}
