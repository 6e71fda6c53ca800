using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Scan;

/// <summary>Sums by resource and stored form: as many entries as there are different ones, however many objects.</summary>
internal sealed class ScanTally
{
    private readonly Dictionary<(string Resource, StoredValue Value), long> _sums = [];

    internal void Add(string resource, StoredValue value) =>
        _sums[(resource, value)] = _sums.GetValueOrDefault((resource, value)) + 1;

    /// <summary>In a fixed order: resource, prefix, key id.</summary>
    internal IEnumerable<(string Resource, StoredValue Value, long Count)> Sums() =>
        _sums
            .OrderBy(s => s.Key.Resource, StringComparer.Ordinal)
            .ThenBy(s => s.Key.Value.Prefix?.ToString(), StringComparer.Ordinal)
            .ThenBy(s => s.Key.Value.Form)
            .ThenBy(s => s.Key.Value.KeyId, StringComparer.Ordinal)
            .Select(s => (s.Key.Resource, s.Key.Value, s.Value));
}
