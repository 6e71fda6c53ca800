using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Decrypt gives back what Encrypt took.</summary>
internal static class UnwrapChecks
{
    private static readonly TimeSpan Advised = TimeSpan.FromMilliseconds(10);

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            45,
            Level.Must,
            "Decrypt gives back what Encrypt took",
            "api.proto; apiserver kmsv2/envelope.go",
            BackAsync
        ),
        new(
            46,
            Level.Must,
            "every key that was announced still decrypts after 60 rotations (5 years)",
            "Kubernetes documentation; KEP-3299",
            Needs.Rotate(OldKeysAsync)
        ),
        new(
            47,
            Level.Must,
            "Decrypt works after a restart",
            "Kubernetes documentation",
            Needs.Restart(AfterRestartAsync)
        ),
        new(
            54,
            Level.Must,
            "the same Decrypt again and in parallel gives the same plaintext",
            "apiserver kmsv2/envelope.go: no single-flight",
            AgainAsync
        ),
        new(
            55,
            Level.Should,
            "99 of 100 Decrypts take less than 10 ms, in a row and with 100 at once",
            "Kubernetes documentation: a burst when the API server starts",
            LatencyAsync
        ),
        new(
            56,
            Level.Must,
            "the plaintext comes back in its exact length",
            "apiserver kmsv2/envelope.go addTransformerForDecryption: a seed has 32 bytes or more",
            LengthAsync
        ),
    ];

    /// <summary>Decrypts every kept sample; says which key no longer works.</summary>
    public static async Task<Verdict> AllKeptAsync(Trial trial)
    {
        foreach (var (index, sample) in trial.Kept.Index())
        {
            var name = $"key {index + 1} of {trial.Kept.Count} (\"{sample.Wrapped.KeyId}\")";
            try
            {
                if (!await trial.RoundTripsAsync(sample))
                {
                    return Verdict.Fail($"{name} gave another plaintext");
                }
            }
            catch (RpcException error)
            {
                return Verdict.Fail($"{name}: {error.StatusCode}");
            }
        }

        return Verdict.Pass($"{trial.Kept.Count} keys");
    }

    private static async Task<Verdict> BackAsync(Trial trial)
    {
        for (var i = 0; i < 10; i++)
        {
            if (!await trial.RoundTripsAsync(await trial.EncryptAsync()))
            {
                return Verdict.Fail("another plaintext came back");
            }
        }

        return Verdict.Pass();
    }

    private static async Task<Verdict> OldKeysAsync(Trial trial)
    {
        var rotations = trial.Count(full: 60, quick: 5);
        for (var i = 1; i <= rotations; i++)
        {
            trial.Tell($"rotation {i} of {rotations}");
            await trial.KeepSampleAsync();
            await trial.RotateAsync();
        }

        await trial.KeepSampleAsync();
        return await AllKeptAsync(trial);
    }

    private static async Task<Verdict> AfterRestartAsync(Trial trial)
    {
        await trial.KeepSampleAsync();
        await trial.RestartAsync();
        return await AllKeptAsync(trial);
    }

    private static async Task<Verdict> AgainAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        var request = sample.Request();
        var first = sample.Matches(await trial.Client.DecryptAsync(request));
        var again = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => trial.Client.DecryptAsync(request)));
        return first && again.All(p => sample.Matches(p))
            ? Verdict.Pass()
            : Verdict.Fail("the same request gave different plaintexts");
    }

    private static async Task<Verdict> LatencyAsync(Trial trial)
    {
        var samples = new Sample[10];
        await trial.ParallelAsync(samples.Length, 1, async i => samples[i] = await trial.EncryptAsync());
        Task DecryptAsync(int i) => trial.Client.DecryptAsync(samples[i % samples.Length].Request());

        var row = await Latency.MeasureAsync(trial, trial.Count(full: 1000, quick: 200), parallel: 1, DecryptAsync);
        var burst = trial.Count(full: 10_000, quick: 500);
        var start = trial.Time.GetTimestamp();
        var wide = await Latency.MeasureAsync(trial, burst, parallel: 100, DecryptAsync);
        var total = trial.Time.GetElapsedTime(start);
        var figures = $"in a row: {row}; 100 at once: {wide}; {burst} calls in {Latency.Text(total)}";
        return row.P99 < Advised && wide.P99 < Advised ? Verdict.Pass(figures) : Verdict.Fail(figures);
    }

    private static async Task<Verdict> LengthAsync(Trial trial)
    {
        for (var length = 32; length <= 64; length += 8)
        {
            var sample = await trial.EncryptAsync(length);
            var back = await trial.Client.DecryptAsync(sample.Request());
            if (back.Length != length)
            {
                return Verdict.Fail($"{back.Length} bytes instead of {length}");
            }
        }

        return Verdict.Pass();
    }
}
