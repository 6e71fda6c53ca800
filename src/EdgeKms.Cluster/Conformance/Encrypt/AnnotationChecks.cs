using System.Text;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Annotations of EncryptResponse, which kube-apiserver stores in the clear with each object.</summary>
internal static class AnnotationChecks
{
    private const int SizeLimit = 32_768;
    private const int SizeAdvised = 256;

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            37,
            Level.Must,
            "annotation keys are lower-case domain names of two labels or more, without a slash",
            "apiserver kmsv2/envelope.go validateAnnotations",
            KeysAsync
        ),
        new(
            38,
            Level.Must,
            "annotations are at most 32768 bytes in all, better less than 256",
            "apiserver kmsv2/envelope.go validateAnnotations",
            SizeAsync
        ),
        new(
            39,
            Level.Must,
            "annotations and key_id don't hold the plaintext",
            "api.proto: annotations and key_id are stored in the clear",
            PlaintextAsync
        ),
    ];

    private static async Task<Verdict> KeysAsync(Trial trial)
    {
        var annotations = (await trial.EncryptAsync()).Wrapped.Annotations;
        foreach (var key in annotations.Keys)
        {
            if (AnnotationKey.Problem(key) is { } problem)
            {
                return Verdict.Fail($"\"{key}\": {problem}");
            }
        }

        return Verdict.Pass(annotations.Count == 0 ? "there are none" : string.Join(", ", annotations.Keys));
    }

    private static async Task<Verdict> SizeAsync(Trial trial)
    {
        var annotations = (await trial.EncryptAsync()).Wrapped.Annotations;
        return annotations.Sum(a => Encoding.UTF8.GetByteCount(a.Key) + a.Value.Length) switch
        {
            > SizeLimit and var bytes => Verdict.Fail($"{bytes} bytes"),
            >= SizeAdvised and var bytes => Verdict.Warn($"{bytes} bytes, stored again in each object"),
            var bytes => Verdict.Pass($"{bytes} bytes"),
        };
    }

    private static async Task<Verdict> PlaintextAsync(Trial trial)
    {
        var sample = await trial.EncryptAsync();
        var wrapped = sample.Wrapped;
        foreach (var form in Sample.TextForms(sample.Plaintext))
        {
            if (wrapped.KeyId.Contains(form, StringComparison.Ordinal))
            {
                return Verdict.Fail("key_id holds the plaintext");
            }

            foreach (var (key, value) in wrapped.Annotations)
            {
                if (
                    value.Span.IndexOf(sample.Plaintext) >= 0
                    || value.Span.IndexOf(Encoding.ASCII.GetBytes(form)) >= 0
                    || key.Contains(form, StringComparison.Ordinal)
                )
                {
                    return Verdict.Fail($"annotation \"{key}\" holds the plaintext");
                }
            }
        }

        return Verdict.Pass();
    }
}
