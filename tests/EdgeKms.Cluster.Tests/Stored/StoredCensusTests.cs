using System.Globalization;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Stored;
using EdgeKms.Cluster.Tests.Datastore;

namespace EdgeKms.Cluster.Tests.Stored;

public sealed class StoredCensusTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly KineFile _kine;

    public StoredCensusTests() => _kine = new KineFile(_directory["state.db"]);

    public void Dispose()
    {
        _kine.Dispose();
        _directory.Dispose();
    }

    private static byte[] Under(string key, string provider = "edgekms") =>
        [.. Encoding.ASCII.GetBytes($"k8s:enc:kms:v2:{provider}:"), .. StoredValueTests.Message(key)];

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private async Task<StoredCensus> Take(string prefix = "/registry")
    {
        using var datastore = new SqliteDatastore(_kine.Path);
        ApiResource[] served =
        [
            new("", "v1", "secrets", Namespaced: true),
            new("", "v1", "configmaps", Namespaced: true),
            new("example.org", "v1alpha1", "things", Namespaced: true),
        ];
        return await StoredCensus.TakeAsync(datastore, prefix, new StorageMap(served, prefix), default);
    }

    private static string Line(StoredGroup g) =>
        $"{g.Place} {g.Resource?.QualifiedName ?? "-"} {g.Prefix?.ToString() ?? g.Form.ToString()} {g.Count} "
        + $"[{string.Join(' ', g.KeyIds)}] {g.Examples[0]}";

    [Fact]
    public async Task Take_EverythingBelowThePrefix_IsCountedWhoeverServesIt()
    {
        _kine.Put("/registry/secrets/a/1", Under("k2"));
        _kine.Put("/registry/secrets/a/2", Under("k1"));
        _kine.Put("/registry/secrets/a/3", Under("k2"));
        _kine.Put("/registry/secrets/a/4", Text("k8s:enc:aescbc:v1:key1:x"));
        _kine.Put("/registry/secrets/a/5", Text("k8s\0x"));
        _kine.Put("/registry/configmaps/a/1", Text("k8s\0x"));
        _kine.Put("/registry/example.org/things/a/1", Text("{}"));
        _kine.Put("/registry/gone.org/olds/a/1", Under("k0", "old"));
        _kine.Put("/registry/gone.org/olds/a/2", Under("k0", "old"));
        _kine.Put("/registry/ranges/serviceips", Text("k8s\0x"));
        _kine.Put("/registry/health", Text("{}"));
        _kine.Put("/registry/odd/x", Text("?"));
        _kine.Put("/registryx/secrets/a/1", Under("k9"));
        _kine.Put("/kubernetes.io/secrets/a/1", Under("k9"));
        var census = await Take();
        Assert.Equal(12, census.Objects);
        Assert.Equal(
            """
            /registry/configmaps/ configmaps Plain 1 [] /registry/configmaps/a/1
            /registry/example.org/things/ things.example.org Plain 1 [] /registry/example.org/things/a/1
            /registry/gone.org/olds/ - k8s:enc:kms:v2:old: 2 [k0] /registry/gone.org/olds/a/1
            /registry/health - Plain 1 [] /registry/health
            /registry/odd/ - Unknown 1 [] /registry/odd/x
            /registry/ranges/ - Plain 1 [] /registry/ranges/serviceips
            /registry/secrets/ secrets Plain 1 [] /registry/secrets/a/5
            /registry/secrets/ secrets k8s:enc:aescbc:v1:key1: 1 [] /registry/secrets/a/4
            /registry/secrets/ secrets k8s:enc:kms:v2:edgekms: 3 [k2 k1] /registry/secrets/a/1
            """,
            string.Join('\n', census.Groups.Select(Line))
        );
        Assert.Equal("/registry/secrets/a/1 /registry/secrets/a/2", string.Join(' ', census.Groups[^1].ExamplesOfKeys));
        Assert.Equal("1", (await Take("/kubernetes.io")).Objects.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Take_ManyObjectsAndPlaces_KeepsFew()
    {
        using (var transaction = _kine.Begin())
        {
            for (var i = 0; i < 5_000; i++)
                _kine.Put($"/registry/p{i:0000}/a", Under("k1"));
            for (var i = 0; i < 40; i++)
                _kine.Put($"/registry/secrets/a/{i:00}", Under($"k{i}"));
            transaction.Commit();
        }
        var census = await Take();
        Assert.Equal(5_040, census.Objects);
        Assert.Equal(5_040, census.Groups.Sum(g => g.Count));
        Assert.InRange(census.Groups.Count, 4_096, 4_100);
        _kine.Run("DELETE FROM kine WHERE name LIKE '/registry/p%'");
        var secrets = Assert.Single((await Take()).Groups);
        Assert.Equal(
            (40, 3, 16, 16),
            (secrets.Count, secrets.Examples.Count, secrets.KeyIds.Count, secrets.ExamplesOfKeys.Count)
        );
    }

    [Theory]
    [InlineData("/registry/ranges/", true)]
    [InlineData("/registry/masterleases/", true)]
    [InlineData("/registry/peerserverleases/", true)]
    [InlineData("/registry/health", true)]
    [InlineData("/registry/leases/", false)]
    [InlineData("/registry/health/", false)]
    [InlineData("/other/ranges/", false)]
    public void NeverEncrypted_Place_IsOneOfTheApiServersOwn(string place, bool expected) =>
        Assert.Equal(expected, NeverEncrypted.Holds(place, "/registry"));
}
