using System.Collections.Concurrent;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Changed ciphertexts and annotations.</summary>
internal static class TamperChecks
{
    private const string Extra = "an added annotation";

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            50,
            Level.Must,
            "every flipped bit, every truncation and every extension of the ciphertext is refused",
            "Kubernetes documentation: a plugin decrypts only its own data",
            CiphertextAsync
        ),
        new(
            52,
            Level.Must,
            "changed annotations are refused where the plugin uses them, never answered with other data",
            "api.proto: annotations are passed back unchanged",
            AnnotationsAsync
        ),
    ];

    private static async Task<Verdict> CiphertextAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        var changes = Changes(sample.Wrapped.Ciphertext.ToByteArray(), everyBit: !trial.Options.Quick).ToList();
        var problems = new ConcurrentDictionary<int, string>();
        await trial.ParallelAsync(
            changes.Count,
            16,
            async i =>
            {
                if (
                    RefusalChecks.Problem(await trial.Client.RefusalAsync(sample.Request(changes[i].Bytes))) is
                    { } problem
                )
                {
                    problems[i] = $"{changes[i].Name} {problem}";
                }
            }
        );
        await trial.Client.StatusAsync();
        return problems.IsEmpty
            ? Verdict.Pass($"{changes.Count} changes")
            : Verdict.Fail($"{problems[problems.Keys.Min()]} ({problems.Count} of {changes.Count} changes)");
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Changes(byte[] ciphertext, bool everyBit)
    {
        for (var bit = 0; bit < ciphertext.Length * 8; bit++)
        {
            // With --quick one bit of each byte, another one from byte to byte.
            if (everyBit || bit % 8 == bit / 8 % 8)
            {
                var flipped = ciphertext.ToArray();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                yield return ($"bit {bit % 8} of byte {bit / 8} flipped", flipped);
            }
        }

        for (var length = 0; length < ciphertext.Length; length++)
        {
            yield return ($"truncation to {length} bytes", ciphertext[..length]);
        }

        yield return ("the first byte taken off", ciphertext[1..]);
        yield return ("one zero byte added", [.. ciphertext, 0]);
        yield return ("16 bytes added", [.. ciphertext, .. new byte[16]]);
        yield return ("one byte put in front", [0, .. ciphertext]);
        yield return ("the ciphertext twice", [.. ciphertext, .. ciphertext]);
    }

    private static async Task<Verdict> AnnotationsAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        var ignored = new List<string>();
        foreach (var (name, request) in AnnotationChanges(sample))
        {
            try
            {
                if (!sample.Matches(await trial.Client.DecryptAsync(request)))
                {
                    return Verdict.Fail($"{name}: another plaintext came back");
                }

                ignored.Add(name);
            }
            catch (RpcException error) when (error.StatusCode != StatusCode.DeadlineExceeded)
            {
                // Refused: as good as ignoring what the plugin doesn't know, and better where it does.
            }
        }

        await trial.Client.StatusAsync();
        var unnoticed = ignored.Where(n => n != Extra).ToList();
        return unnoticed.Count > 0
            ? Verdict.Warn($"not noticed: {string.Join(", ", unnoticed)}; fine only if the plugin makes no use of them")
            : Verdict.Pass(ignored.Count > 0 ? "an added annotation is ignored" : "an added annotation is refused");
    }

    private static IEnumerable<(string Name, DecryptRequest Request)> AnnotationChanges(Sample sample)
    {
        foreach (var (key, value) in sample.Wrapped.Annotations)
        {
            var dropped = sample.Request();
            dropped.Annotations.Remove(key);
            yield return ($"\"{key}\" dropped", dropped);

            var bytes = value.IsEmpty ? new byte[1] : value.ToByteArray();
            bytes[0] ^= 1;
            var changed = sample.Request();
            changed.Annotations[key] = ByteString.CopyFrom(bytes);
            yield return ($"\"{key}\" changed", changed);
        }

        var added = sample.Request();
        added.Annotations["added.conformance.edgekms.example"] = ByteString.CopyFromUtf8("x");
        yield return (Extra, added);
    }
}
