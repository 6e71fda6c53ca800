using System.Text;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Tests.Reencrypt;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Datastore;

/// <summary>An API server that stores in one file of kine, and the files that somebody might take for it.</summary>
public sealed class DatastoreBindingTests : IDisposable
{
    private const string Uid = "0e4f7c0a-5f5e-4a2b-9d55-1c6a2f3b4d5e";

    private readonly TemporaryDirectory _directory = new();
    private readonly KineFile _own;
    private readonly KineFile _other;
    private readonly List<string> _requests = [];
    private string _prefix = "/registry";
    private string _system = Uid;
    private int _postStatus = 201;
    private int _deleteStatus = 200;
    private bool _hasKubeSystem = true;

    public DatastoreBindingTests()
    {
        _own = new KineFile(_directory["own.db"]);
        _other = new KineFile(_directory["other.db"]);
    }

    public void Dispose()
    {
        _own.Dispose();
        _other.Dispose();
        _directory.Dispose();
    }

    private static byte[] Plain(string text) => Encoding.ASCII.GetBytes("k8s\0" + text);

    private static byte[] Encrypted { get; } = Encoding.ASCII.GetBytes("k8s:enc:aescbc:v1:key1:x");

    private async Task<bool> Answer(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        _requests.Add($"{method} {path}");
        var version = _own.Newest();
        if (method == "GET" && path == "/api/v1/namespaces/kube-system")
        {
            if (!_hasKubeSystem)
                return await FakeCluster.Fail(context, 404, "not found");
            await context.Response.WriteAsync(
                $$$"""{"metadata":{"uid":"{{{_system}}}","resourceVersion":"{{{version}}}"}}"""
            );
            return true;
        }
        if (method == "GET")
        {
            await context.Response.WriteAsync($$$"""{"metadata":{"resourceVersion":"{{{version}}}"},"items":[]}""");
            return true;
        }
        if (method == "DELETE")
            return await FakeCluster.Fail(context, _deleteStatus, "etcd is slow");
        if (_postStatus != 201)
            return await FakeCluster.Fail(
                context,
                _postStatus,
                "admission webhook \\\"policy\\\" denied the request: no"
            );
        using var body = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
        var name = body.RootElement.GetProperty("metadata").GetProperty("name").GetString();
        var space = path.Split('/')[4];
        _own.Put($"{_prefix}/secrets/{space}/{name}", Encrypted);
        await context.Response.WriteAsync(
            $$$"""{"metadata":{"name":"{{{name}}}","resourceVersion":"{{{_own.Newest()}}}"}}"""
        );
        return true;
    }

    private async Task<string> Bind(KineFile file, string? flag = null)
    {
        await using var cluster = await FakeCluster.Start(0, Answer);
        using var datastore = new SqliteDatastore(file.Path);
        try
        {
            var found = await DatastoreBinding.BindAsync(cluster.Api, datastore, flag, default);
            return string.Join(' ', [$"{found.Prefix} {found.Origin} {found.Proof} {found.ClusterUid}", .. found.Notes])
                .TrimEnd();
        }
        catch (CommandException e)
        {
            Assert.Equal(ExitCode.Unreachable, e.ExitCode);
            return $"{e.Message.Replace(file.Path, "FILE", StringComparison.Ordinal)} | {e.Hint}";
        }
        finally
        {
            if (_postStatus is >= 200 and < 300 or >= 500)
                Assert.Equal(
                    $"{_requests.Single(r => r.StartsWith("POST", StringComparison.Ordinal))[5..]}/edgekms-probe-",
                    Deleted()
                );
        }
    }

    private string Deleted() => _requests.Single(r => r.StartsWith("DELETE", StringComparison.Ordinal))[7..^16];

    [Theory]
    [InlineData("/registry", null, "/registry Usual")]
    [InlineData("/registry", "/registry", "/registry Flag")]
    [InlineData("/registry", "registry/", "/registry Flag")]
    [InlineData("/kubernetes.io", null, "/kubernetes.io Usual")]
    [InlineData("/kubernetes.io", "kubernetes.io", "/kubernetes.io Flag")]
    [InlineData("/k8s/prod", null, "/k8s/prod Search")]
    [InlineData("", null, " Search")]
    [InlineData("", "/", " Flag")]
    public async Task Bind_OwnDatastore_FindsThePrefix(string prefix, string? flag, string expected)
    {
        _prefix = prefix;
        _own.Put($"{prefix}/namespaces/kube-system", Plain($"..{Uid}.."));
        // Another cluster in the same datastore.
        _own.Put("/aaa/namespaces/kube-system", Plain("another"));
        Assert.Equal($"{expected} Probe {Uid}", await Bind(_own, flag));
    }

    [Fact]
    public async Task Bind_NamespacesAreEncrypted_TheProbeAndItsPresenceCount()
    {
        _own.Put("/registry/namespaces/kube-system", Encrypted);
        Assert.Equal($"/registry Usual Probe {Uid}", await Bind(_own));
    }

    [Fact]
    public async Task Bind_NoKubeSystem_TheProbeAloneCounts()
    {
        _hasKubeSystem = false;
        Assert.Equal("/registry Usual Probe", await Bind(_own));
        Assert.Contains("POST /api/v1/namespaces/default/secrets", _requests);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("/registry/configmaps/a/b=x", "nothing of what the API server stores is in it")]
    [InlineData("/registry/namespaces/kube-system=another", "it is that of another cluster")]
    [InlineData(
        $"/registry/namespaces/kube-system={Uid}",
        "it is a copy of it from another time, without what the API server stores now"
    )]
    public async Task Bind_OtherDatastore_IsRefused(string stored, string why)
    {
        _own.Put("/registry/namespaces/kube-system", Plain(Uid));
        if (stored.Split('=') is [var key, var text])
            _other.Put(key, Plain(text));
        foreach (var flag in new[] { null, "/registry" })
        {
            foreach (var status in new[] { 201, 403 })
            {
                (_postStatus, _) = (status, _requests.RemoveAll(_ => true));
                Assert.Equal(
                    $"SQLite file FILE is not this API server's datastore: {why} | name its own with --etcd-endpoints or --sqlite: the "
                        + "API server's flag --etcd-servers (k3s: --datastore-endpoint) says where it is",
                    await Bind(_other, flag)
                );
            }
        }
    }

    [Theory]
    [InlineData("/kubernetes.io", "/registry")]
    [InlineData("/registry", "/registry2")]
    [InlineData("/k8s", "/")]
    public async Task Bind_WrongPrefix_NamesTheRightOne(string prefix, string flag)
    {
        _prefix = prefix;
        _own.Put($"{prefix}/namespaces/kube-system", Plain(Uid));
        foreach (var status in new[] { 201, 403 })
        {
            (_postStatus, _) = (status, _requests.RemoveAll(_ => true));
            Assert.Equal(
                $"{flag} in SQLite file FILE is not this API server's datastore: it stores below {prefix} "
                    + $"| run the command with --etcd-prefix {prefix}",
                await Bind(_own, flag)
            );
        }
    }

    [Fact]
    public async Task Bind_NamespacesAreElsewhere_IsRefused()
    {
        Assert.Contains("it has its Secrets, but not its namespaces", await Bind(_own));
        _requests.Clear();
        _own.Put("/registry/namespaces/kube-system", Plain("another"));
        Assert.Contains("it has its Secrets, but not its namespaces", await Bind(_own));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Bind_ProbeIsRefused_TheUidCountsWhereItCanBeRead(int status)
    {
        (_postStatus, _prefix) = (status, "/k8s");
        _own.Put("/k8s/namespaces/kube-system", Plain(Uid));
        const string Reason = "the API server stores no probe (admission webhook \"policy\" denied the request: no)";
        Assert.Equal($"/k8s Search Uid {Uid} {Reason}", await Bind(_own));

        _requests.Clear();
        _own.Put("/k8s/namespaces/kube-system", Encrypted);
        Assert.StartsWith(
            $"nothing shows that SQLite file FILE is this API server's datastore: {Reason}, and namespaces are encrypted",
            await Bind(_own)
        );

        _requests.Clear();
        _hasKubeSystem = false;
        Assert.Contains("the API server has no namespace kube-system", await Bind(_own));
    }

    [Fact]
    public async Task Bind_ProbeCannotBeDeleted_IsSaid()
    {
        _deleteStatus = 500;
        _own.Put("/registry/namespaces/kube-system", Plain(Uid));
        Assert.Contains(
            "stays behind (etcd is slow): run \"kubectl delete secret -n kube-system edgekms-probe-",
            await Bind(_own)
        );
        _requests.Clear();
        Assert.Contains("it is empty; Secret kube-system/edgekms-probe-", await Bind(_other));
    }
}
