using System.Globalization;
using System.Runtime.CompilerServices;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>The objects of a resource as they are stored, with how each is related to the active key.</summary>
/// <param name="datastore">Where they are.</param>
/// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
/// <param name="key">The active key.</param>
/// <param name="space">Of this namespace alone; null for all.</param>
internal sealed class StoredObjects(IDatastore datastore, string root, ActiveKey key, string? space)
{
    private const int PageOfObjects = 250;

    /// <summary>
    /// After so many objects their values are collected: a datastore is read as fast as it comes, and the collector would take
    /// as much memory for that as the processor's cache is large.
    /// </summary>
    private const int ObjectsBetweenCollections = 1_000;

    internal string Name => datastore.Name;

    internal async IAsyncEnumerable<(StoredObject Object, StoredState State)> ListAsync(
        ApiResource resource,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var read = 0;
        foreach (var prefix in StorageKeys.Of(resource, root))
        {
            var within = space is null ? prefix : $"{prefix}{space}/";
            await foreach (var one in datastore.ListAsync(within, cancellation))
            {
                if (++read % ObjectsBetweenCollections == 0)
                    GC.Collect();
                yield return (one, key.StateOf(one.Value));
            }
        }
    }

    /// <summary>Those that are not under the active key, in pages. Their uid is encrypted; their revision names their state.</summary>
    internal async IAsyncEnumerable<MetadataPage> StalePagesAsync(
        ApiResource resource,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var page = new List<ObjectIdentity>();
        await foreach (var (one, state) in ListAsync(resource, cancellation))
        {
            if (state == StoredState.Fresh || IdentityOf(one, resource) is not { } identity)
                continue;
            page.Add(identity);
            if (page.Count < PageOfObjects)
                continue;
            yield return new MetadataPage(page, Remaining: null);
            page = [];
        }
        if (page.Count > 0)
            yield return new MetadataPage(page, Remaining: null);
    }

    /// <summary>Null for a key that is no object's.</summary>
    private ObjectIdentity? IdentityOf(StoredObject one, ApiResource resource)
    {
        var prefix = StorageKeys.Of(resource, root).First(p => one.Key.StartsWith(p, StringComparison.Ordinal));
        var version = one.Revision.ToString(CultureInfo.InvariantCulture);
        return one.Key[prefix.Length..].Split('/') switch
        {
            [var within, var name] when resource.Namespaced => new ObjectIdentity(within, name, null, version),
            [var name] when !resource.Namespaced => new ObjectIdentity(null, name, null, version),
            _ => null,
        };
    }
}
