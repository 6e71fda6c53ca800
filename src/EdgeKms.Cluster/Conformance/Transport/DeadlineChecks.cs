namespace EdgeKms.Cluster.Conformance;

/// <summary>The grpc-timeout header.</summary>
internal static class DeadlineChecks
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            9,
            Level.Must,
            "grpc-timeout is parsed, and a call whose deadline has passed is ended by the plugin",
            "apiserver kmsv2/grpc_service.go WithTimeout; gRPC over HTTP/2",
            TimeoutsAsync
        ),
    ];

    private static async Task<Verdict> TimeoutsAsync(Trial trial)
    {
        using var limit = trial.Limit(trial.Options.Timeout + Grace);
        using var connection = await RawHttp2Connection.OpenAsync(trial.Options.Plugin, limit.Token);
        foreach (var timeout in new[] { "2999m", "3S", "3000000u", "1M" })
        {
            var id = await connection.BeginAsync(
                KmsMethod.StatusPath,
                trial.Options.AuthorityText,
                timeout,
                limit.Token
            );
            await connection.EndAsync(id, [], limit.Token);
            var answer = await connection.AnswerAsync(id, limit.Token);
            if (!answer.Succeeded)
            {
                return Verdict.Fail($"grpc-timeout {timeout}: {answer.Problem}");
            }
        }

        // A call whose message never comes: only the deadline can end it, however fast the plugin is.
        var half = await connection.BeginAsync(KmsMethod.StatusPath, trial.Options.AuthorityText, "200m", limit.Token);
        using var late = trial.Limit(Grace);
        try
        {
            var start = trial.Time.GetTimestamp();
            await connection.AnswerAsync(half, late.Token);
            return Verdict.Pass($"a call with 200 ms was ended after {Latency.Text(trial.Time.GetElapsedTime(start))}");
        }
        catch (OperationCanceledException) when (!trial.Stop.IsCancellationRequested)
        {
            return Verdict.Fail($"a call with a deadline of 200 ms was still open after {Grace.TotalSeconds:0} s");
        }
    }
}
