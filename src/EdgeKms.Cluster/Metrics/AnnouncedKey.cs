using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Metrics;

/// <summary>The key that one name of our provider announced last, as the API server's metrics have it.</summary>
/// <param name="Provider">One name: each entry of a file has a provider of its own, which asks for itself.</param>
/// <param name="Hash"><c>sha256:</c> and hex.</param>
/// <param name="At">When it was announced last, seconds since 1970.</param>
internal sealed record AnnouncedKey(string Provider, string Hash, double At)
{
    private const string Status = "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds";

    /// <summary>
    /// A provider is asked once a minute (config.go, kmsv2PluginHealthzPositiveInterval) and writes nothing any more where it has not answered
    /// for 3 minutes (kmsv2PluginWriteDEKSourceMaxTTL). What is older is of a configuration that is no longer in force: a line
    /// stays until the API server ends.
    /// </summary>
    private const double LongestSilence = 180;

    /// <summary>The last one of each name of our provider.</summary>
    /// <param name="metrics">All metrics, UTF-8.</param>
    /// <param name="provider">The name of the settings.</param>
    internal static IReadOnlyList<AnnouncedKey> Read(ReadOnlySpan<byte> metrics, string provider) =>
        [
            .. MetricsText
                .Read(metrics, Status)
                .Select(s => new AnnouncedKey(
                    s.Labels.GetValueOrDefault("provider_name", ""),
                    s.Labels.GetValueOrDefault("key_id_hash", "(none)"),
                    s.Value
                ))
                .Where(k => ProviderName.IsOf(provider, k.Provider))
                .GroupBy(k => k.Provider, StringComparer.Ordinal)
                .Select(g => g.MaxBy(k => k.At)!),
        ];

    /// <summary>Those of providers that are still asked.</summary>
    internal static IReadOnlyList<AnnouncedKey> Living(IReadOnlyList<AnnouncedKey> keys) =>
        keys.Count == 0 ? [] : [.. keys.Where(k => k.At >= keys.Max(n => n.At) - LongestSilence)];
}
