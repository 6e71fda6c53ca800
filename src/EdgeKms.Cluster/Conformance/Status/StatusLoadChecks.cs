namespace EdgeKms.Cluster.Conformance;

/// <summary>How fast Status answers, and whether other work holds it up.</summary>
internal static class StatusLoadChecks
{
    private static readonly TimeSpan Advised = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            26,
            Level.Should,
            "99 of 100 Status calls take less than 100 ms",
            "Kubernetes documentation: Status is made for constant load; KEP-3299",
            LatencyAsync
        ),
        new(
            32,
            Level.Project,
            "Status answers within its deadline while a rotation goes on",
            "apiserver encryptionconfig/config.go: one mutex over Status and Encrypt, /readyz waits for it",
            Needs.Rotate(DuringRotationAsync)
        ),
    ];

    private static async Task<Verdict> LatencyAsync(Trial trial)
    {
        var count = trial.Count(full: 1000, quick: 200);
        var latency = await Latency.MeasureAsync(trial, count, parallel: 1, _ => trial.Client.StatusAsync());
        return latency.P99 < Advised ? Verdict.Pass(latency.ToString()) : Verdict.Fail(latency.ToString());
    }

    private static async Task<Verdict> DuringRotationAsync(Trial trial)
    {
        var slowest = TimeSpan.Zero;
        var calls = 0;
        for (var round = 0; round < trial.Count(full: 5, quick: 2); round++)
        {
            await trial.KeepSampleAsync();
            var rotation = trial.RotateAsync();
            try
            {
                do
                {
                    var start = trial.Time.GetTimestamp();
                    await trial.Client.StatusAsync();
                    var took = trial.Time.GetElapsedTime(start);
                    slowest = took > slowest ? took : slowest;
                    calls++;
                } while (!rotation.IsCompleted);
            }
            finally
            {
                // A rotation that is still under way must not run into the next check.
                await rotation;
            }
        }

        return Verdict.Pass($"{calls} calls, the slowest {Latency.Text(slowest)}");
    }
}
