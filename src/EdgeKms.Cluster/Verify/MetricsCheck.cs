using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Metrics;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>metrics</c>: the API server's own figures name our provider and the active key.</summary>
internal static class MetricsCheck
{
    internal const string Name = "metrics";

    private const string Uses = "apiserver_envelope_encryption_key_id_hash_total";

    internal static async Task<CheckLine> RunAsync(
        ApiClient api,
        Expectation expected,
        bool wroteProbe,
        CancellationToken cancellation
    )
    {
        var answer = await api.GetAsync("/metrics", cancellation, "text/plain");
        return answer.Succeeded
            ? Of(answer.Body.Span, expected, wroteProbe)
            : CheckLine.Skipped(Name, $"can't be read: {answer.Failure().Message}");
    }

    /// <param name="text">The API server's <c>/metrics</c>.</param>
    /// <param name="expected">Provider name of the settings, the active key, the API server's file.</param>
    /// <param name="wroteProbe">True where a Secret was just written: the figures of writes then name its key.</param>
    internal static CheckLine Of(ReadOnlySpan<byte> text, Expectation expected, bool wroteProbe)
    {
        var (provider, daemon) = (expected.Provider, expected.Daemon);
        if (daemon.KeyHash is not { } hash)
            return CheckLine.Skipped(Name, "edgekmsd doesn't tell its active key");
        var seen = AnnouncedKey.Living(AnnouncedKey.Read(text, provider));
        if (seen.Count == 0)
        {
            if (daemon.KmsV1)
                return CheckLine.Skipped(
                    Name,
                    "the API server has no key in its metrics: with KMS v1 it knows of none"
                );
            return CheckLine.Failed(
                Name,
                $"the API server has no key of a provider \"{provider}\"",
                "its encryption configuration names the provider otherwise, or has none",
                MigrateCommandLine.ToKms(expected.ConfigurationFile)
            );
        }
        if (seen.FirstOrDefault(s => s.Hash != hash) is { } other)
        {
            return CheckLine.Failed(
                Name,
                $"the API server last saw a key with the hash {other.Hash} of provider \"{other.Provider}\"",
                "it asks for the key once a minute and has not seen the new one yet, or asks another plugin",
                "edgekms verify again in two minutes"
            );
        }
        var writes = MetricsText
            .Read(text, Uses)
            .Any(s =>
                ProviderName.IsOf(provider, s.Labels.GetValueOrDefault("provider_name"))
                && s.Has("key_id_hash", hash)
                && s.Has("transformation_type", "to_storage")
            );
        return writes || !wroteProbe
            ? CheckLine.Ok(Name, $"the API server uses the active key, {hash}")
            : CheckLine.Failed(
                Name,
                "the API server sees the active key and doesn't write with it",
                "another provider is the first one for secrets",
                MigrateCommandLine.ToKms(expected.ConfigurationFile)
            );
    }
}
