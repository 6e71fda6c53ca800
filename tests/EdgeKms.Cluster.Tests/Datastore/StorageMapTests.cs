using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Tests.Datastore;

public class StorageMapTests
{
    private static readonly ApiResource[] s_resources =
    [
        new("metrics.k8s.io", "v1beta1", "pods", Namespaced: true),
        new("metrics.k8s.io", "v1beta1", "nodes", Namespaced: false),
        new("extensions", "v1beta1", "ingresses", Namespaced: true),
        new("events.k8s.io", "v1", "events", Namespaced: true),
        new("", "v1", "pods", Namespaced: true),
        new("", "v1", "nodes", Namespaced: false),
        new("", "v1", "secrets", Namespaced: true),
        new("", "v1", "services", Namespaced: true),
        new("", "v1", "endpoints", Namespaced: true),
        new("", "v1", "events", Namespaced: true),
        new("apps", "v1", "deployments", Namespaced: true),
        new("networking.k8s.io", "v1", "ingresses", Namespaced: true),
        new("rbac.authorization.k8s.io", "v1", "clusterroles", Namespaced: false),
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", Namespaced: false),
        new("gateway.networking.k8s.io", "v1alpha2", "tcproutes", Namespaced: true),
        new("example.org", "v1", "things", Namespaced: true),
        new("example.org", "v1", "secrets", Namespaced: true),
        new("future.k8s.io", "v1", "news", Namespaced: false),
    ];

    [Theory]
    [InlineData("secrets/default/db", "secrets", "default/db", "secrets/")]
    [InlineData("pods/a/b", "pods", "a/b", "pods/")]
    [InlineData("minions/n1", "nodes", "n1", "minions/")]
    [InlineData("services/specs/a/b", "services", "a/b", "services/specs/")]
    [InlineData("services/endpoints/a/b", "endpoints", "a/b", "services/endpoints/")]
    [InlineData("events/a/b.17", "events", "a/b.17", "events/")]
    [InlineData("deployments/a/b", "deployments.apps", "a/b", "deployments/")]
    [InlineData("ingress/a/b", "ingresses.networking.k8s.io", "a/b", "ingress/")]
    [InlineData("clusterroles/system:node", "clusterroles.rbac.authorization.k8s.io", "system:node", "clusterroles/")]
    [InlineData(
        "apiextensions.k8s.io/customresourcedefinitions/things.example.org",
        "customresourcedefinitions.apiextensions.k8s.io",
        "things.example.org",
        "apiextensions.k8s.io/customresourcedefinitions/"
    )]
    [InlineData(
        "gateway.networking.k8s.io/tcproutes/a/b",
        "tcproutes.gateway.networking.k8s.io",
        "a/b",
        "gateway.networking.k8s.io/tcproutes/"
    )]
    [InlineData("example.org/things/a/b", "things.example.org", "a/b", "example.org/things/")]
    [InlineData("example.org/secrets/a/b", "secrets.example.org", "a/b", "example.org/secrets/")]
    [InlineData("news/x", "news.future.k8s.io", "x", "news/")]
    // No object of anybody.
    [InlineData("secrets/db", "secrets", null, "secrets/")]
    [InlineData("secrets/default/db/more", "secrets", null, "secrets/")]
    [InlineData("secrets/default/", "secrets", null, "secrets/")]
    [InlineData("secrets/", "secrets", null, "secrets/")]
    [InlineData("minions/a/b", "nodes", null, "minions/")]
    [InlineData("ranges/serviceips", null, null, "ranges/")]
    [InlineData("unserved.org/olds/a/b", null, null, "unserved.org/olds/")]
    [InlineData("unserved.org/olds", null, null, "unserved.org/")]
    [InlineData("health", null, null, "health")]
    public void Key_BelowThePrefix_IsAnObject(string key, string? resource, string? identity, string place)
    {
        foreach (var prefix in new[] { "/registry", "/kubernetes.io", "/a/b", "" })
        {
            var map = new StorageMap(s_resources, prefix);
            var whole = $"{prefix}/{key}";
            Assert.Equal(resource, map.ResourceOf(whole)?.QualifiedName);
            var found = map.IdentityOf(whole);
            Assert.Equal(identity, found is var (space, name) ? (space is null ? name : $"{space}/{name}") : null);
            Assert.Equal($"{prefix}/{place}", map.PlaceOf(whole));
        }
    }

    [Theory]
    [InlineData("/registry")]
    [InlineData("/registry/")]
    [InlineData("/registryx/secrets/a/b")]
    [InlineData("/other/secrets/a/b")]
    public void Key_NotBelowThePrefix_IsNobodys(string key)
    {
        var map = new StorageMap(s_resources, "/registry");
        Assert.Null(map.ResourceOf(key));
        Assert.Null(map.IdentityOf(key));
        Assert.Equal(key, map.PlaceOf(key));
    }
}
