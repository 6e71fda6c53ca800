using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Datastore;

public sealed class DatastoreAccessTests : IDisposable
{
    private readonly TemporaryDirectory _machine = new();

    public void Dispose() => _machine.Dispose();

    private Task<IDatastore?> Open(DatastoreFlags? flags = null, string server = "https://127.0.0.1:6443") =>
        new DatastoreAccess(TimeProvider.System, _machine.Path).OpenAsync(
            flags ?? DatastoreFlags.None,
            new Uri(server),
            default
        );

    private void Pki(string folder, string authority, string pair)
    {
        using var signer = new TestAuthority();
        var (certificate, key) = signer.Client("x");
        _machine.Write($"{folder}/{authority}", signer.Pem);
        _machine.Write($"{folder}/{pair}.crt", certificate);
        _machine.Write($"{folder}/{pair}.key", key);
    }

    private void Local(string etcd)
    {
        Pki("var/lib/edgekms-local/pki", "etcd-ca.crt", "etcd-client");
        _machine.Write(
            "var/lib/edgekms-local/endpoints.json",
            $$"""{ "apiServer": "https://127.0.0.1:6443", "etcd": "{{etcd}}", "later": 1 }"""
        );
    }

    [Fact]
    public async Task Open_NothingThere_IsNull() => Assert.Null(await Open());

    [Fact]
    public async Task Open_K3s_IsItsSqliteFile()
    {
        Directory.CreateDirectory(_machine["var/lib/rancher/k3s/server/db"]);
        using var kine = new KineFile(_machine["var/lib/rancher/k3s/server/db/state.db"]);
        using var found = await Open();
        Assert.Equal($"SQLite file {kine.Path}", found!.Name);
    }

    [Fact]
    public async Task Open_NamedSqlite_WinsOverWhatIsFound()
    {
        Local("https://127.0.0.1:1");
        using var kine = new KineFile(_machine["named.db"]);
        using var found = await Open(DatastoreFlags.None with { SqliteFile = kine.Path });
        Assert.Equal($"SQLite file {kine.Path}", found!.Name);
    }

    [Theory]
    [InlineData("etc/kubernetes/pki/etcd", "ca.crt", "healthcheck-client")]
    [InlineData("etc/kubernetes/pki/etcd", "ca.crt", "server")]
    [InlineData("var/lib/rancher/k3s/server/tls/etcd", "server-ca.crt", "client")]
    public async Task Open_FilesOfEtcd_LeadToItsUsualPort(string folder, string authority, string pair)
    {
        Pki(folder, authority, pair);
        // An etcd that this machine may have there has a certificate of another authority.
        var e = await Assert.ThrowsAsync<CommandException>(() => Open());
        Assert.Equal(ExitCode.Unreachable, e.ExitCode);
        Assert.Contains("https://127.0.0.1:2379", e.Message);
    }

    [Fact]
    public async Task Open_LocalControlPlane_IsTakenForItsOwnApiServerAlone()
    {
        Local("https://127.0.0.1:1");
        var e = await Assert.ThrowsAsync<CommandException>(() => Open());
        Assert.Equal(ExitCode.Unreachable, e.ExitCode);
        Assert.Contains("etcd at https://127.0.0.1:1 can't be reached", e.Message);
        Assert.Null(await Open(server: "https://127.0.0.1:6444"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "apiServer": "https://127.0.0.1:6443", "etcd": null }""")]
    [InlineData("nothing")]
    public async Task Open_DamagedEndpointsFile_IsNull(string text)
    {
        Local("https://127.0.0.1:1");
        _machine.Write("var/lib/edgekms-local/endpoints.json", text);
        Assert.Null(await Open());
    }

    [Fact]
    public async Task Open_NoEndpointAnswers_NamesTheLast()
    {
        var e = await Assert.ThrowsAsync<CommandException>(() =>
            Open(DatastoreFlags.None with { EtcdEndpoints = ["http://127.0.0.1:1", "127.0.0.1:2"] })
        );
        Assert.Equal(ExitCode.Unreachable, e.ExitCode);
        Assert.Contains("127.0.0.1:2", e.Message);
    }

    [Theory]
    [InlineData("ftp://h")]
    [InlineData("https://user:pw@h")]
    [InlineData("unix://run/x")]
    [InlineData("http://")]
    public async Task Open_NoEndpoint_IsAUsageError(string endpoint) =>
        Assert.Equal(
            ExitCode.Usage,
            (
                await Assert.ThrowsAsync<CommandException>(() =>
                    Open(DatastoreFlags.None with { EtcdEndpoints = [endpoint] })
                )
            ).ExitCode
        );

    [Fact]
    public void Flags_ThatDoNotGoTogether_AreRefused()
    {
        var etcd = DatastoreFlags.None with { EtcdEndpoints = ["x"] };
        Assert.Null(DatastoreFlags.None.Refuse());
        Assert.Null((etcd with { EtcdAuthority = "a", EtcdCertificate = "c", EtcdKey = "k" }).Refuse());
        Assert.Contains("exclude", (etcd with { SqliteFile = "f" }).Refuse());
        Assert.Contains("belong together", (etcd with { EtcdKey = "k" }).Refuse());
        Assert.Contains("need --etcd-endpoints", (DatastoreFlags.None with { EtcdAuthority = "a" }).Refuse());
    }
}
