using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Tests.Datastore;

public class StorageKeysTests
{
    [Theory]
    [InlineData("secrets", "/registry/secrets/")]
    [InlineData("services", "/registry/services/specs/")]
    [InlineData("deployments.apps", "/registry/deployments/ /registry/apps/deployments/")]
    [InlineData("things.example.org", "/registry/example.org/things/")]
    public void Of_Name_IsWhereItsObjectsAre(string name, string prefixes) =>
        Assert.Equal(prefixes, string.Join(' ', StorageKeys.Of(name, "/registry")));

    [Theory]
    [InlineData("/registry/secrets/default/db", "secrets")]
    [InlineData("/registry/services/specs/default/x", "services")]
    [InlineData("/registry/services/endpoints/default/x", "endpoints")]
    [InlineData("/registry/minions/n1", "nodes")]
    [InlineData("/registry/example.org/things/a/b", "things.example.org")]
    [InlineData("/registry/ranges/serviceips", "ranges")]
    [InlineData("/registry/health", "health")]
    [InlineData("/registry/", "/registry/")]
    public void NameOf_Key_IsItsResource(string key, string name) =>
        Assert.Equal(name, StorageKeys.NameOf(key, "/registry"));
}
