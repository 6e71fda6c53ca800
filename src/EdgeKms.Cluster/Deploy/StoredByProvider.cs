using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy;

/// <summary>Objects in a datastore that only one provider can read.</summary>
/// <param name="Objects">How many.</param>
/// <param name="Example">Key of the first.</param>
public sealed record StoredByProvider(long Objects, string? Example)
{
    /// <param name="datastore">Read from one end to the other, whatever the configuration says.</param>
    /// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
    /// <param name="provider">Name of the KMS provider; its other names in the same file count as well.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<StoredByProvider> CountAsync(
        IDatastore datastore,
        string root,
        string provider,
        CancellationToken cancellation
    )
    {
        var (objects, example) = (0L, (string?)null);
        await foreach (var stored in datastore.ListAsync(root + "/", cancellation))
        {
            if (stored.Value.Prefix is not { Provider: "kms" } prefix || !ProviderName.IsOf(provider, prefix.Name))
                continue;
            objects++;
            example ??= stored.Key;
        }
        return new StoredByProvider(objects, example);
    }
}
