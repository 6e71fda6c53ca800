using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Stored;

/// <summary>
/// Everything that is stored below the storage prefix, whatever resource it is of and whether anybody serves it: only such a count
/// can say "every" or "none".
/// </summary>
/// <param name="Objects">How many keys.</param>
/// <param name="Groups">By place, then prefix and form.</param>
public sealed record StoredCensus(long Objects, IReadOnlyList<StoredGroup> Groups)
{
    /// <summary>
    /// What has no place of its own here is counted under the storage prefix: a datastore may hold anything, and what is in memory
    /// stays small.
    /// </summary>
    private const int MostGroups = 4_096;

    /// <summary>
    /// What a configuration has a part in. The others may be unreadable for reasons of their own, such as a conversion webhook.
    /// </summary>
    public StoredCensus CoveredBy(EncryptionFile file) =>
        this with
        {
            Groups =
            [
                .. Groups.Where(g =>
                    g.IsEncrypted || (g.Resource is { } r && file.ProvidersOf(r.QualifiedName).Count > 0)
                ),
            ],
        };

    /// <summary>
    /// One walk. In memory is a page and the groups; no value is kept. What is written meanwhile may or may not be in it, see
    /// <see cref="IDatastore.ListAsync"/>.
    /// </summary>
    /// <param name="datastore">Bound to its API server, or it proves nothing.</param>
    /// <param name="prefix">Storage prefix as the datastore has it, such as <c>/registry</c>.</param>
    /// <param name="map">Whose objects the keys are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Contract.Failures.CommandException">The datastore can't be read.</exception>
    public static async Task<StoredCensus> TakeAsync(
        IDatastore datastore,
        string prefix,
        StorageMap map,
        CancellationToken cancellation
    )
    {
        var groups = new Dictionary<(string Place, StoredForm Form, StoredPrefix? Prefix), Sum>();
        var objects = 0L;
        await foreach (var stored in datastore.ListAsync(prefix + "/", cancellation))
        {
            objects++;
            var key = (map.PlaceOf(stored.Key), stored.Value.Form, stored.Value.Prefix);
            if (!groups.TryGetValue(key, out var sum))
            {
                if (groups.Count >= MostGroups)
                    key = (prefix + "/", stored.Value.Form, null);
                if (!groups.TryGetValue(key, out sum))
                    groups.Add(key, sum = new Sum(groups.Count < MostGroups ? map.ResourceOf(stored.Key) : null));
            }
            sum.Add(stored);
        }
        return new StoredCensus(
            objects,
            [
                .. groups
                    .OrderBy(g => g.Key.Place, StringComparer.Ordinal)
                    .ThenBy(g => g.Key.Prefix?.ToString(), StringComparer.Ordinal)
                    .ThenBy(g => g.Key.Form)
                    .Select(g => g.Value.Group(g.Key.Place, g.Key.Form, g.Key.Prefix)),
            ]
        );
    }

    private sealed class Sum(ApiResource? resource)
    {
        private readonly List<string> _examples = [];
        private readonly List<(string KeyId, string Example)> _keys = [];
        private long _count;

        internal void Add(StoredObject stored)
        {
            _count++;
            if (_examples.Count < StoredGroup.MostExamples)
                _examples.Add(stored.Key);
            if (
                stored.Value.KeyId is { } keyId
                && _keys.Count < StoredGroup.MostKeys
                && !_keys.Exists(k => string.Equals(k.KeyId, keyId, StringComparison.Ordinal))
            )
                _keys.Add((keyId, stored.Key));
        }

        internal StoredGroup Group(string place, StoredForm form, StoredPrefix? prefix) =>
            new(resource, place, form, prefix, _count, _examples, [.. _keys.Select(k => k.KeyId)])
            {
                ExamplesOfKeys = [.. _keys.Select(k => k.Example)],
            };
    }
}
