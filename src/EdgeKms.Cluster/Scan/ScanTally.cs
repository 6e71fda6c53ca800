using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Scan;

/// <summary>Sums by resource and stored form: as many entries as there are different ones, however many objects.</summary>
internal sealed class ScanTally
{
    private readonly Dictionary<(string Resource, StoredValue Value), (long Count, string Example)> _sums = [];

    internal void Add(string resource, StoredObject stored) =>
        _sums[(resource, stored.Value)] = _sums.TryGetValue((resource, stored.Value), out var sum)
            ? (sum.Count + 1, sum.Example)
            : (1, stored.Key);

    /// <summary>In a fixed order: resource, prefix, key id. The example is the first object's key in the datastore.</summary>
    internal IEnumerable<(string Resource, StoredValue Value, long Count, string Example)> Sums() =>
        _sums
            .OrderBy(s => s.Key.Resource, StringComparer.Ordinal)
            .ThenBy(s => s.Key.Value.Prefix?.ToString(), StringComparer.Ordinal)
            .ThenBy(s => s.Key.Value.Form)
            .ThenBy(s => s.Key.Value.KeyId, StringComparer.Ordinal)
            .Select(s => (s.Key.Resource, s.Key.Value, s.Value.Count, s.Value.Example));
}
