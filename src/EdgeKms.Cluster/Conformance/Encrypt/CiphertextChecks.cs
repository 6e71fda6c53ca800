using EdgeKms.Kms.V2;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>The ciphertext that Encrypt returns.</summary>
internal static class CiphertextChecks
{
    private const int Limit = 1024;

    /// <summary>A run of plaintext this long in a ciphertext is no accident: odds of 2^-64 for each place.</summary>
    private const int Window = 8;

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            34,
            Level.Must,
            "ciphertext is 1 to 1024 bytes for 32 bytes, better for up to 900",
            "apiserver kmsv2/envelope.go validateEncryptedDEKSource",
            SizeAsync
        ),
        new(
            40,
            Level.Must,
            "the same plaintext never gives the same ciphertext",
            "Kubernetes documentation: outputs are distinct; a nonce never repeats",
            DistinctAsync
        ),
        new(
            41,
            Level.Must,
            "the ciphertext does not hold the plaintext and changes with each bit of it",
            "definition",
            HiddenAsync
        ),
    ];

    private static async Task<Verdict> SizeAsync(Trial trial)
    {
        var seed = (await trial.EncryptAsync()).Wrapped.Ciphertext.Length;
        if (seed is 0 or > Limit)
        {
            return Verdict.Fail($"{seed} bytes for a plaintext of 32");
        }

        foreach (var length in new[] { 100, 500, 900, 2048, 4096, 16_000 })
        {
            try
            {
                var sample = await trial.EncryptAsync(length);
                var size = sample.Wrapped.Ciphertext.Length;
                if (length <= 900 && size > Limit)
                {
                    return Verdict.Warn($"{size} bytes for a plaintext of {length}");
                }

                if (!await trial.RoundTripsAsync(sample))
                {
                    return Verdict.Warn($"{length} bytes came back changed");
                }
            }
            catch (RpcException refused) when (length > 900 && refused.StatusCode == StatusCode.InvalidArgument)
            {
                return Verdict.Pass($"{seed} bytes for a plaintext of 32; {length} are refused");
            }
            catch (RpcException refused)
            {
                return Verdict.Warn($"a plaintext of {length} bytes gave {refused.StatusCode}");
            }
        }

        return Verdict.Pass($"{seed} bytes for a plaintext of 32");
    }

    private static async Task<Verdict> DistinctAsync(Trial trial)
    {
        var plaintext = new byte[32];
        var before = trial.Count(full: 10_000, quick: 300);
        var after = trial.Options.Restart is null ? 0 : 100;
        var all = new EncryptResponse[before + after];
        await trial.ParallelAsync(before, 16, async i => all[i] = await trial.Client.EncryptAsync(plaintext));
        if (after > 0)
        {
            await trial.RestartAsync();
            await trial.ParallelAsync(
                after,
                16,
                async i => all[before + i] = await trial.Client.EncryptAsync(plaintext)
            );
        }

        var distinct = all.Select(w => w.Ciphertext).Distinct().Count();
        var over = after > 0 ? "across a restart" : "without a restart";
        return distinct == all.Length
            ? Verdict.Pass($"{all.Length} Encrypts {over}")
            : Verdict.Fail($"{all.Length} Encrypts gave {distinct} ciphertexts");
    }

    private static async Task<Verdict> HiddenAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        for (var start = 0; start + Window <= sample.Plaintext.Length; start++)
        {
            if (sample.Wrapped.Ciphertext.Span.IndexOf(sample.Plaintext.AsSpan(start, Window)) >= 0)
            {
                return Verdict.Fail($"{Window} bytes of the plaintext stand in the ciphertext");
            }
        }

        for (var bit = 0; bit < 8; bit++)
        {
            var changed = sample.Plaintext.ToArray();
            changed[^1] ^= (byte)(1 << bit);
            if ((await trial.Client.EncryptAsync(changed)).Ciphertext == sample.Wrapped.Ciphertext)
            {
                return Verdict.Fail("two plaintexts gave one ciphertext");
            }
        }

        return Verdict.Pass();
    }
}
