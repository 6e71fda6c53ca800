using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// Whose object a key is: the way back from <see cref="StorageKeys"/>, for everything below the storage prefix, so that what is
/// found in the datastore can be read through the API.
/// </summary>
public sealed class StorageMap
{
    /// <summary>
    /// Groups that kube-apiserver itself stores without their name in the key (kubernetes, pkg/controlplane/instance.go). Its two
    /// other parts (apiextensions.k8s.io, apiregistration.k8s.io) and custom resources have their group in it, whatever it is
    /// called (k8s.io/apiserver, server/options/etcd.go, SimpleStorageFactory).
    /// </summary>
    private static readonly HashSet<string> s_withoutGroup = new(StringComparer.Ordinal)
    {
        "admissionregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    };

    private readonly Dictionary<string, ApiResource> _places = new(StringComparer.Ordinal);

    /// <param name="resources">All that the API server serves: <c>*.*</c>.</param>
    /// <param name="prefix">Storage prefix as the datastore has it, such as <c>/registry</c>.</param>
    public StorageMap(IEnumerable<ApiResource> resources, string prefix)
    {
        Prefix = prefix;
        // The first one has the place: pods.metrics.k8s.io is another server's, events.k8s.io another name of the core group's.
        foreach (var resource in resources.OrderBy(Rank))
        {
            foreach (var place in StorageKeys.Of(resource, ""))
                _places.TryAdd(place[1..], resource);
        }
    }

    /// <summary>Storage prefix as the datastore has it.</summary>
    public string Prefix { get; }

    /// <summary>Null where nothing that is served is kept there.</summary>
    public ApiResource? ResourceOf(string key) => _places.GetValueOrDefault(SegmentsOf(key).Place);

    /// <summary>Namespace and name of the object; null where the key is no object's of its resource.</summary>
    public (string? Namespace, string Name)? IdentityOf(string key)
    {
        var (place, rest) = SegmentsOf(key);
        if (!_places.TryGetValue(place, out var resource))
            return null;
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return (resource.Namespaced, slash) switch
        {
            (_, _) when rest.Length == 0 => null,
            (false, < 0) => (null, rest),
            (true, > 0) when rest.IndexOf('/', slash + 1) < 0 && slash + 1 < rest.Length => (
                rest[..slash],
                rest[(slash + 1)..]
            ),
            _ => null,
        };
    }

    /// <summary>
    /// The key up to the object's namespace or name, with a final slash, such as <c>/registry/secrets/</c> or
    /// <c>/registry/example.org/things/</c>; a key that has nothing above it is its own place.
    /// </summary>
    public string PlaceOf(string key)
    {
        var place = SegmentsOf(key).Place;
        return place.Length == 0 ? key : $"{Prefix}/{place}";
    }

    /// <summary>
    /// What stands below the prefix: one segment, or two where the first is a group (it has a dot) or <c>services</c>; then the rest.
    /// </summary>
    private (string Place, string Within) SegmentsOf(string key)
    {
        var start = Prefix.Length + 1;
        if (key.Length <= start || !key.StartsWith(Prefix, StringComparison.Ordinal) || key[start - 1] != '/')
            return ("", "");
        var end = key.IndexOf('/', start);
        if (end < 0)
            return ("", "");
        var first = key.AsSpan(start, end - start);
        if (first.Contains('.') || first is "services")
        {
            var second = key.IndexOf('/', end + 1);
            if (second > 0)
                end = second;
        }
        return (key[start..(end + 1)], key[(end + 1)..]);
    }

    private static int Rank(ApiResource resource) =>
        resource.Group.Length == 0 ? 0
        : s_withoutGroup.Contains(resource.Group)
            // The names of old, where both are served.
            ? resource.Group == "extensions" ? 2
                : 1
        : 3;
}
