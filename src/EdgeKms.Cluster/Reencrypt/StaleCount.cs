using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What the datastore holds of one resource.</summary>
/// <param name="Resource">As an EncryptionConfiguration names it.</param>
/// <param name="Objects">All of them.</param>
/// <param name="Stale">Under other keys of this provider.</param>
/// <param name="Plain">In the clear.</param>
/// <param name="Foreign">Of other providers, or damaged.</param>
/// <param name="Example">Key of the first one that is not under the active key.</param>
public sealed record StaleCount(string Resource, long Objects, long Stale, long Plain, long Foreign, string? Example)
{
    /// <summary>Those that are not under the active key.</summary>
    public long Left => Stale + Plain + Foreign;

    /// <param name="stored">Reads the datastore.</param>
    /// <param name="resource">Which objects.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static async Task<StaleCount> OfAsync(
        StoredObjects stored,
        ApiResource resource,
        CancellationToken cancellation
    )
    {
        var (objects, stale, plain, foreign, example) = (0L, 0L, 0L, 0L, (string?)null);
        await foreach (var (one, state) in stored.ListAsync(resource, cancellation))
        {
            objects++;
            if (state == StoredState.Fresh)
                continue;
            example ??= one.Key;
            if (state == StoredState.Stale)
                stale++;
            else if (state == StoredState.Plain)
                plain++;
            else
                foreign++;
        }
        return new StaleCount(resource.QualifiedName, objects, stale, plain, foreign, example);
    }
}
