using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>Finds the resources that an EncryptionConfiguration has a provider write.</summary>
public static class EncryptedResources
{
    /// <param name="api">The API server.</param>
    /// <param name="file">The API server's configuration; null where it isn't at hand: Secrets alone.</param>
    /// <param name="provider">The provider's name; its entries may have it with a number.</param>
    /// <param name="named">Only these, as an EncryptionConfiguration would name them; empty for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Contract.Failures.CommandException">Exit code 11: no API server answers; 2: the file can't be used.</exception>
    public static async Task<IReadOnlyList<ApiResource>> FindAsync(
        ApiClient api,
        string? file,
        string provider,
        IReadOnlyList<string> named,
        CancellationToken cancellation
    )
    {
        if (file is null)
            return await ApiDiscovery.FindAsync(api, named.Count > 0 ? named : ["secrets"], cancellation);
        var writers = ConfiguredProviders.ReadWriters(file);
        var all = await ApiDiscovery.FindAsync(api, [.. writers.SelectMany(w => w.Resources)], cancellation);
        return
        [
            .. all.Where(r =>
                    WriterOf(r, writers) is { IsKms: true } writer && ProviderName.IsOf(provider, writer.Name)
                )
                .Where(r => named.Count == 0 || named.Any(n => ApiDiscovery.Covers(n, r))),
        ];
    }

    private static ConfiguredProvider? WriterOf(
        ApiResource resource,
        IReadOnlyList<(IReadOnlyList<string> Resources, ConfiguredProvider Writes)> writers
    ) => writers.FirstOrDefault(w => w.Resources.Any(n => ApiDiscovery.Covers(n, resource))).Writes;
}
