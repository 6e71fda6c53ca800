using System.Globalization;
using System.Runtime.CompilerServices;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Scan;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>The objects of a resource that are not stored under the active key, without those that the ring can't read.</summary>
/// <param name="datastore">Where they are.</param>
/// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
/// <param name="key">The active key.</param>
/// <param name="space">Of this namespace alone; null for all.</param>
internal sealed class StaleObjects(IDatastore datastore, string root, ActiveKey key, string? space)
{
    private const int PageOfObjects = 250;

    /// <summary>
    /// After so many objects their values are collected: a datastore is read as fast as it comes, and the collector would take
    /// as much memory for that as the processor's cache is large.
    /// </summary>
    private const int ObjectsBetweenCollections = 1_000;

    /// <summary>In pages. Their uid is encrypted; their revision names their state.</summary>
    internal async IAsyncEnumerable<MetadataPage> PagesAsync(
        ApiResource resource,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var page = new List<ObjectIdentity>();
        var read = 0;
        foreach (var prefix in ScannedResource.Of(resource, root, space).Prefixes)
        {
            await foreach (var one in datastore.ListAsync(prefix, cancellation))
            {
                if (++read % ObjectsBetweenCollections == 0)
                    GC.Collect();
                if (key.Holds(one.Value) || key.CannotMove(one.Value) || IdentityOf(one, resource) is not { } identity)
                    continue;
                page.Add(identity);
                if (page.Count < PageOfObjects)
                    continue;
                yield return new MetadataPage(page, Remaining: null);
                page = [];
            }
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
