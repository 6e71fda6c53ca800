using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Migrate;

/// <summary>Counts in the datastore what a configuration could not read: only zero lets a provider go.</summary>
/// <param name="Objects">Objects of the resources.</param>
/// <param name="Unreadable">Those that no provider of the configuration reads.</param>
/// <param name="Example">Key of the first of them.</param>
public sealed record StoredProof(long Objects, long Unreadable, string? Example)
{
    /// <param name="datastore">Where the objects are.</param>
    /// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
    /// <param name="resources">Which objects.</param>
    /// <param name="readers">Providers that stay.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<StoredProof> OfAsync(
        IDatastore datastore,
        string root,
        IEnumerable<ApiResource> resources,
        IReadOnlyList<ConfiguredProvider> readers,
        CancellationToken cancellation
    )
    {
        var (objects, unreadable, example) = (0L, 0L, (string?)null);
        foreach (var prefix in resources.SelectMany(r => StorageKeys.Of(r, root)))
        {
            await foreach (var stored in datastore.ListAsync(prefix, cancellation))
            {
                objects++;
                if (readers.Any(r => Reads(r, stored.Value)))
                    continue;
                unreadable++;
                example ??= stored.Key;
            }
        }
        return new StoredProof(objects, unreadable, example);
    }

    private static bool Reads(ConfiguredProvider provider, StoredValue value) =>
        provider.Kind switch
        {
            "identity" => value.Form == StoredForm.Plain,
            "kms" => value.Prefix is { Provider: "kms" } prefix
                && prefix.Version == provider.ApiVersion
                && prefix.Name == provider.Name,
            var kind => value.Prefix?.Provider == kind,
        };
}
