using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// Where the API server keeps the objects of a resource: <c>/registry/RESOURCE/</c> for most that are built in, with names of
/// old for some (kubernetes, pkg/kubeapiserver/default_storage_factory_builder.go and pkg/registry), and
/// <c>/registry/GROUP/RESOURCE/</c> for those of extensions.
/// </summary>
public static class StorageKeys
{
    /// <summary>Prefixes below the datastore's own, each with a final slash.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="root">The API server's <c>--etcd-prefix</c>, such as <c>/registry</c>.</param>
    public static IReadOnlyList<string> Of(ApiResource resource, string root)
    {
        var own = $"{root}/{resource.Group}/{resource.Name}/";
        if (resource.Group.Length == 0)
            return [$"{root}/{Old(resource.Name)}/"];
        var isBuiltIn =
            !resource.Group.Contains('.', StringComparison.Ordinal)
            || resource.Group.EndsWith(".k8s.io", StringComparison.Ordinal);
        // An extension may have the plural of a built-in resource: those are not its objects.
        return isBuiltIn ? [$"{root}/{Old(resource.Name)}/", own] : [own];
    }

    /// <summary>The same for a name of an EncryptionConfiguration that is no wildcard, such as <c>deployments.apps</c>.</summary>
    public static IReadOnlyList<string> Of(string name, string root)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (plural, group) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        return Of(new ApiResource(group, "v1", plural, Namespaced: true), root);
    }

    /// <summary>
    /// The way back, for people: <c>secrets</c> of <c>/registry/secrets/default/db</c>. A built-in resource has no group in its key,
    /// so it has none here.
    /// </summary>
    public static string NameOf(string key, string root)
    {
        var parts = key.Length > root.Length + 1 ? key[(root.Length + 1)..].Split('/', 3) : [];
        return parts switch
        {
            ["services", var part, _] => part == "specs" ? "services" : part,
            [var group, var name, _] when group.Contains('.', StringComparison.Ordinal) => $"{name}.{group}",
            ["minions", ..] => "nodes",
            ["controllers", ..] => "replicationcontrollers",
            ["ingress", ..] => "ingresses",
            [var name, ..] => name,
            _ => key,
        };
    }

    private static string Old(string name) =>
        name switch
        {
            "nodes" => "minions",
            "services" => "services/specs",
            "endpoints" => "services/endpoints",
            "replicationcontrollers" => "controllers",
            "ingresses" => "ingress",
            _ => name,
        };
}
