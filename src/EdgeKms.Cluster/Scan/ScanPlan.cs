using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Scan;

/// <summary>The prefixes to read, none twice, and to which resource a key belongs.</summary>
internal sealed class ScanPlan
{
    private readonly ScanScope _scope;
    private readonly List<(string Prefix, string Resource)> _covered = [];

    internal ScanPlan(ScanScope scope)
    {
        _scope = scope;
        var places = scope.Covered.SelectMany(r => r.Prefixes.Select(p => (Prefix: p, Resource: r.Name)));
        foreach (var place in places)
        {
            // Two resources may share a place: deployments of apps and of extensions.
            if (!_covered.Any(c => c.Prefix == place.Prefix))
                _covered.Add(place);
        }
    }

    internal IEnumerable<string> Prefixes => _scope.Everything ? [_scope.Root + "/"] : _covered.Select(c => c.Prefix);

    internal (string Resource, bool IsCovered) Of(string key)
    {
        foreach (var (prefix, resource) in _covered)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                return (resource, true);
        }
        return (StorageKeys.NameOf(key, _scope.Root), false);
    }
}
