using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Metrics;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// How many objects the API server stored under each key since its start, by its own metrics: the proof where the datastore
/// can't be read. Each object was either written under the active key or found under it; nothing may have been written under
/// another key meanwhile.
/// </summary>
/// <param name="Active">Under the active key.</param>
/// <param name="Others">Under other keys of the provider.</param>
internal sealed record WritesByKey(double Active, double Others)
{
    private const string Uses = "apiserver_envelope_encryption_key_id_hash_total";

    /// <summary>Null where they can't be read.</summary>
    internal static async Task<WritesByKey?> ReadAsync(ApiClient api, ActiveKey key, CancellationToken cancellation)
    {
        var answer = await api.GetAsync("/metrics", cancellation, "text/plain");
        if (!answer.Succeeded)
            return null;
        var writes = MetricsText
            .Read(answer.Body.Span, Uses)
            .Where(s => s.Has("transformation_type", "to_storage"))
            .Where(s => ProviderName.IsOf(key.Provider, s.Labels.GetValueOrDefault("provider_name")))
            .ToLookup(s => s.Has("key_id_hash", key.Hash), s => s.Value);
        return new WritesByKey(writes[true].Sum(), writes[false].Sum());
    }

    /// <summary>True where nothing was written under another key since then. A restart of the API server begins at zero.</summary>
    internal bool IsCleanSince(WritesByKey before) => Others <= before.Others;
}
