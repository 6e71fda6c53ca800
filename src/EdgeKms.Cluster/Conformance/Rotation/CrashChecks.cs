namespace EdgeKms.Cluster.Conformance;

/// <summary>A plugin that is killed while it rotates.</summary>
internal static class CrashChecks
{
    private static readonly int[] Delays = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500];

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            62,
            Level.Must,
            "killed during a rotation, the plugin comes back with one durable key, and all older keys work",
            "Kubernetes documentation: key_id is stable; the method is this project's",
            Needs.Rotate(Needs.Kill(KilledAsync))
        ),
    ];

    private static async Task<Verdict> KilledAsync(Trial trial)
    {
        foreach (var delay in trial.Options.Quick ? Delays.Where(d => d is 0 or 5 or 50) : Delays)
        {
            trial.Tell($"kill {delay} ms after the begin of a rotation");
            await trial.KeepSampleAsync();
            var rotation = RotateAnywayAsync(trial);
            await trial.PauseAsync(TimeSpan.FromMilliseconds(delay));
            await trial.Options.Kill!(trial.Stop);
            await rotation;
            await trial.RestartAsync();

            var announced = (await trial.StatusAsync()).KeyId;
            var used = (await trial.KeepSampleAsync()).Wrapped.KeyId;
            await trial.RestartAsync();
            var again = (await trial.StatusAsync()).KeyId;
            if (announced != used || announced != again)
            {
                return Verdict.Fail(
                    $"killed after {delay} ms: Status \"{announced}\", Encrypt \"{used}\", restarted \"{again}\""
                );
            }

            var old = await UnwrapChecks.AllKeptAsync(trial);
            if (old.Outcome != Outcome.Pass)
            {
                return Verdict.Fail($"killed after {delay} ms: {old.Reason}");
            }
        }

        return Verdict.Pass($"{trial.Kept.Count} keys");
    }

    private static async Task RotateAnywayAsync(Trial trial)
    {
        try
        {
            await trial.Options.Rotate!(trial.Stop);
        }
        catch (ConformanceException)
        {
            // The command speaks to a plugin that is being killed: it may well fail.
        }
    }
}
