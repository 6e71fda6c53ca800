using EdgeKms.Kms.V2;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>What Encrypt accepts and under which key it wraps.</summary>
internal static class WrapChecks
{
    private static readonly TimeSpan Advised = TimeSpan.FromMilliseconds(100);
    private static readonly int[] Required = [1, 4, 16, 24, 32, 64];

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            33,
            Level.Must,
            "key_id of Encrypt is that of the Status before it",
            "apiserver encryptionconfig/config.go: the new seed is thrown away otherwise",
            KeyIdAsync
        ),
        new(
            35,
            Level.Must,
            "plaintexts of 1, 4, 16, 24, 32 and 64 bytes come back",
            "apiserver envelope/envelope.go: \"ping\" and DEKs; kmsv2: seeds of 32 bytes",
            LengthsAsync
        ),
        new(
            36,
            Level.Should,
            "an empty plaintext gives INVALID_ARGUMENT or comes back",
            "api.proto: ciphertext is never empty",
            EmptyAsync
        ),
        new(42, Level.Should, "99 of 100 Encrypts take less than 100 ms", "Kubernetes documentation", LatencyAsync),
        new(43, Level.Should, "any uid is accepted that is not empty", "upstream mock plugins", UidAsync),
        new(
            44,
            Level.Project,
            "a new key is used only after Status has announced it",
            "Kubernetes documentation, KEP-3299: Status is authoritative",
            Needs.Rotate(AnnouncedFirstAsync)
        ),
    ];

    private static async Task<Verdict> KeyIdAsync(Trial trial)
    {
        for (var i = 0; i < 10; i++)
        {
            var announced = (await trial.StatusAsync()).KeyId;
            var used = (await trial.EncryptAsync()).Wrapped.KeyId;
            if (used != announced)
            {
                return Verdict.Fail($"Status says \"{announced}\", Encrypt \"{used}\"");
            }
        }

        return Verdict.Pass();
    }

    private static async Task<Verdict> LengthsAsync(Trial trial)
    {
        var wrong = new List<string>();
        foreach (var length in Required)
        {
            try
            {
                if (!await trial.RoundTripsAsync(await trial.EncryptAsync(length)))
                {
                    wrong.Add($"{length} bytes came back changed");
                }
            }
            catch (RpcException error)
            {
                wrong.Add($"{length} bytes: {error.StatusCode}");
            }
        }

        return wrong.Count == 0 ? Verdict.Pass() : Verdict.Fail(string.Join("; ", wrong));
    }

    private static async Task<Verdict> EmptyAsync(Trial trial)
    {
        EncryptResponse wrapped;
        try
        {
            wrapped = await trial.Client.EncryptAsync([]);
        }
        catch (RpcException refused)
        {
            return refused.StatusCode == StatusCode.InvalidArgument
                ? Verdict.Pass("refused")
                : Verdict.Fail($"{refused.StatusCode} instead of INVALID_ARGUMENT");
        }

        if (wrapped.Ciphertext.IsEmpty)
        {
            return Verdict.Fail("the ciphertext is empty");
        }

        return await trial.RoundTripsAsync(new Sample([], wrapped))
            ? Verdict.Pass("accepted")
            : Verdict.Fail("something else came back");
    }

    private static async Task<Verdict> LatencyAsync(Trial trial)
    {
        var count = trial.Count(full: 1000, quick: 200);
        var latency = await Latency.MeasureAsync(trial, count, parallel: 1, _ => trial.EncryptAsync());
        return latency.P99 < Advised ? Verdict.Pass(latency.ToString()) : Verdict.Fail(latency.ToString());
    }

    private static async Task<Verdict> UidAsync(Trial trial)
    {
        var plaintext = new byte[32];
        foreach (var uid in new[] { Sample.NewUid(), "1", "a b/c", "uid-\u00fc", new string('u', 256) })
        {
            await trial.Client.EncryptAsync(plaintext, uid);
        }

        var code = (await PluginClient.RefusalAsync(() => trial.Client.EncryptAsync(plaintext, uid: ""))).StatusCode;
        return Verdict.Pass(code == StatusCode.OK ? "an empty uid is accepted" : $"an empty uid gives {code}");
    }

    private static async Task<Verdict> AnnouncedFirstAsync(Trial trial)
    {
        await trial.KeepSampleAsync();
        var first = (await trial.StatusAsync()).KeyId;
        await trial.Options.Rotate!(trial.Stop);
        var between = (await trial.EncryptAsync()).Wrapped.KeyId;
        var second = await trial.AnnouncedAfterAsync(first);
        var after = (await trial.EncryptAsync()).Wrapped.KeyId;
        return between == first && after == second
            ? Verdict.Pass()
            : Verdict.Fail(
                $"Status \"{first}\", rotation, Encrypt \"{between}\", Status \"{second}\", Encrypt \"{after}\""
            );
    }
}
