using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>What Decrypt must refuse, and how.</summary>
internal static class RefusalChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            48,
            Level.Must,
            "an unknown key_id is refused; no other key is tried",
            "Kubernetes documentation: \"verify that the key_id is understood\"",
            UnknownKeyAsync
        ),
        new(
            49,
            Level.Must,
            "the key_id of another existing key is refused",
            "Kubernetes documentation; authenticated encryption",
            Needs.Rotate(OtherKeyAsync)
        ),
        new(
            51,
            Level.Project,
            "the ciphertext of another installation is refused under the same key_id",
            "authenticated encryption",
            OtherInstallationAsync
        ),
        new(
            53,
            Level.Must,
            "an empty ciphertext or an empty key_id gives INVALID_ARGUMENT",
            "api.proto: both must be set",
            EmptyAsync
        ),
        new(
            57,
            Level.Must,
            "error texts of Decrypt hold no plaintext, key material or paths",
            "apiserver kmsv2/envelope.go: the text reaches API clients as HTTP 500",
            ErrorTextsAsync
        ),
    ];

    /// <summary>What is wrong with a refusal; <see langword="null"/> for a proper one.</summary>
    public static string? Problem(Grpc.Core.Status refusal) =>
        refusal.StatusCode switch
        {
            StatusCode.OK => "was accepted",
            StatusCode.DeadlineExceeded => "was not answered within the deadline",
            _ => null,
        };

    private static async Task<Verdict> UnknownKeyAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        var id = sample.Wrapped.KeyId;
        var codes = new HashSet<StatusCode>();
        foreach (
            var unknown in new[] { $"edgekms-conformance-{Sample.NewUid()}", id + "x", id.Length > 1 ? id[..^1] : "-" }
        )
        {
            var refusal = await trial.Client.RefusalAsync(sample.RequestUnder(unknown));
            if (Problem(refusal) is { } problem)
            {
                return Verdict.Fail($"a ciphertext of \"{id}\" with key_id \"{unknown}\" {problem}");
            }

            codes.Add(refusal.StatusCode);
        }

        await trial.Client.StatusAsync();
        return Verdict.Pass(string.Join(", ", codes));
    }

    private static async Task<Verdict> OtherKeyAsync(Trial trial)
    {
        var older = await trial.KeepSampleAsync();
        await trial.RotateAsync();
        var newer = await trial.KeepSampleAsync();
        foreach (var (sample, other) in new[] { (older, newer.Wrapped.KeyId), (newer, older.Wrapped.KeyId) })
        {
            if (Problem(await trial.Client.RefusalAsync(sample.RequestUnder(other))) is { } problem)
            {
                return Verdict.Fail($"a ciphertext of \"{sample.Wrapped.KeyId}\" with key_id \"{other}\" {problem}");
            }
        }

        return Verdict.Pass();
    }

    private static async Task<Verdict> OtherInstallationAsync(Trial trial)
    {
        if (trial.Options.Other is not { } address)
        {
            return Verdict.Skip("needs --other-socket");
        }

        using var other = new PluginClient(address, trial.Options, trial.Stop);
        var plaintext = new byte[32];
        var foreign = new Sample(plaintext, await other.EncryptAsync(plaintext));
        var id = (await trial.StatusAsync()).KeyId;
        return Problem(await trial.Client.RefusalAsync(foreign.RequestUnder(id))) is { } problem
            ? Verdict.Fail($"a ciphertext of {address} with key_id \"{id}\" {problem}")
            : Verdict.Pass();
    }

    private static async Task<Verdict> EmptyAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        var wrong = new List<string>();
        foreach (
            var (name, request) in new[] { ("ciphertext", sample.Request([])), ("key_id", sample.RequestUnder("")) }
        )
        {
            var refusal = await trial.Client.RefusalAsync(request);
            if (refusal.StatusCode != StatusCode.InvalidArgument)
            {
                wrong.Add($"an empty {name} {Problem(refusal) ?? $"gave {refusal.StatusCode}"}");
            }
        }

        return wrong.Count == 0 ? Verdict.Pass() : Verdict.Fail(string.Join("; ", wrong));
    }

    private static async Task<Verdict> ErrorTextsAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        var flipped = sample.Wrapped.Ciphertext.ToByteArray();
        flipped[^1] ^= 1;
        (string Name, DecryptRequest Request)[] bad =
        [
            ("an unknown key_id", sample.RequestUnder("edgekms-conformance-unknown")),
            ("a changed ciphertext", sample.Request(flipped)),
            ("a short ciphertext", sample.Request(flipped.AsSpan(0, 1))),
            ("an empty ciphertext", sample.Request([])),
            ("an empty key_id", sample.RequestUnder("")),
        ];
        foreach (var (name, request) in bad)
        {
            var detail = (await trial.Client.RefusalAsync(request)).Detail ?? "";
            if (LeakScan.Find(detail, sample.Plaintext, [sample.Wrapped.KeyId, request.KeyId, request.Uid]) is { } leak)
            {
                return Verdict.Fail($"the error for {name} holds {leak}");
            }
        }

        return Verdict.Pass();
    }
}
