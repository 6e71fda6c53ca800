using System.Text;
using EdgeKms.Cluster;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Tests;
using EdgeKms.Contract.Failures;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Etcd;

/// <summary>The reader of the product against a real etcd.</summary>
public sealed class EtcdDatastoreTests : IAsyncLifetime
{
    private const string Prefix = "/registry/secrets/";

    private readonly PrivateDirectory _directory = new();
    private EtcdServer? _etcd;

    private EtcdServer Etcd
    {
        get
        {
            Testbed.Require();
            return _etcd!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Testbed.Bin is not null)
            _etcd = await EtcdServer.Start(_directory.At("etcd"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_etcd is not null)
            await _etcd.DisposeAsync();
        _directory.Dispose();
    }

    private static EtcdDatastore Open(string url, ClientTls? tls = null) =>
        new(url, tls ?? new ClientTls(null, null, null, false, "none"), TimeProvider.System, connect: Eventually.Guard);

    /// <summary>With padding, a page of 4 MiB holds few of them.</summary>
    private Task Put(string name, string key, int padding = 0) =>
        Etcd.Put(
            Prefix + name,
            [
                .. Encoding.ASCII.GetBytes("k8s:enc:kms:v2:edgekms:"),
                .. Enumerable.Repeat<byte[]>([0x28, 1], padding / 2).SelectMany(b => b),
                0x12,
                (byte)key.Length,
                .. Encoding.ASCII.GetBytes(key),
            ]
        );

    [Fact]
    public async Task List_MoreThanTwoPages_IsEveryKeyOnceInOrder()
    {
        for (var i = 0; i < 1_203; i++)
            await Put($"default/s{i:0000}", $"k{i % 3}");
        await Etcd.Put("/registry/secretsx/other", [1]);
        using var datastore = Open(Etcd.Url);
        var found = await datastore.ListAsync(Prefix, default).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 1_203).Select(i => $"{Prefix}default/s{i:0000}"), found.Select(o => o.Key));
        Assert.Equal([401, 401, 401], found.CountBy(o => o.Value.KeyId!).Select(c => c.Value));
        Assert.All(found, o => Assert.Equal("edgekms", o.Value.Prefix!.Name));
    }

    [Fact]
    public async Task List_WhileKeysAreWritten_IsOneMoment()
    {
        for (var i = 0; i < 500; i++)
            await Put($"default/s{i:0000}", "k1", padding: 40_000);
        using var datastore = Open(Etcd.Url);
        var found = new List<StoredObject>();
        await foreach (var one in datastore.ListAsync(Prefix, default))
        {
            if (found.Count == 0)
            {
                await Put("default/s0499", "k2");
                await Put("default/s0499x", "k2");
            }
            found.Add(one);
        }
        Assert.Equal(500, found.Count);
        Assert.All(found, o => Assert.Equal("k1", o.Value.KeyId));
    }

    [Fact]
    public async Task List_ObjectsTooLargeForOneMessage_ComesInSmallerPages()
    {
        for (var i = 0; i < 30; i++)
            await Etcd.Put($"{Prefix}large/{i:00}", new byte[1_000_000]);
        using var datastore = Open(Etcd.Url);
        Assert.Equal(30, await datastore.ListAsync(Prefix, default).CountAsync());
    }

    [Fact]
    public async Task List_CompactedOnTheWay_SaysToRunItAgain()
    {
        for (var i = 0; i < 500; i++)
            await Put($"default/s{i:0000}", "k1", padding: 40_000);
        using var datastore = Open(Etcd.Url);
        var e = await Assert.ThrowsAsync<CommandException>(async () =>
        {
            var first = true;
            await foreach (var _ in datastore.ListAsync(Prefix, default))
            {
                if (first)
                {
                    await Put("default/s0000", "k2");
                    await Etcd.Compact();
                }
                first = false;
            }
        });
        Assert.Contains("was compacted", e.Message);
    }

    [Fact]
    public async Task Count_Prefix_IsWhatItLists()
    {
        for (var i = 0; i < 150; i++)
            await Put($"default/s{i:0000}", "k1");
        using var datastore = Open(Etcd.Url);
        Assert.Equal(150, await datastore.CountAsync(Prefix, default));
        Assert.Equal(0, await datastore.CountAsync("/registry/x/", default));
    }

    [Fact]
    public async Task History_AfterCompactions_IsWhereReadingBegins()
    {
        using var datastore = Open(Etcd.Url);
        Assert.Equal(new StoredHistory(DatastoreKind.Etcd, 1, 0, null), await datastore.HistoryAsync(default));
        for (var i = 0; i < 36; i++)
            await Put("default/s", $"k{i}");
        Assert.Equal(new StoredHistory(DatastoreKind.Etcd, 37, 0, null), await datastore.HistoryAsync(default));
        await Etcd.Compact();
        for (var i = 0; i < 5; i++)
            await Put("default/s", $"k{i}");
        Assert.Equal(new StoredHistory(DatastoreKind.Etcd, 42, 37, null), await datastore.HistoryAsync(default));
    }

    [Fact]
    public async Task Get_OneKey_IsItsNewestValue()
    {
        await Put("a/b", "k1");
        await Put("a/b", "k2");
        using var datastore = Open(Etcd.Url["http://".Length..]);
        var found = await datastore.GetAsync(Prefix + "a/b", default);
        Assert.Equal(
            new StoredObject(Prefix + "a/b", new StoredValue(StoredForm.KmsV2, new("kms", "v2", "edgekms"), "k2"), 3),
            found
        );
        Assert.Null(await datastore.GetAsync(Prefix + "a", default));
    }

    [Fact]
    public async Task Get_Interrupted_Stops()
    {
        using var datastore = Open(Etcd.Url);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            datastore.GetAsync("/x", new CancellationToken(true))
        );
    }

    [Fact]
    public async Task Tls_ClientCertificate_IsAskedForAndAccepted()
    {
        Testbed.Require();
        using var authority = new TestAuthority();
        using var other = new TestAuthority("another authority");
        var server = authority.Server();
        await using var etcd = await EtcdServer.Start(
            _directory.At("secure"),
            $"--cert-file={Write("server.crt", server.Certificate)}",
            $"--key-file={Write("server.key", server.Key)}",
            $"--trusted-ca-file={Write("ca.crt", authority.Pem)}",
            "--client-cert-auth"
        );
        var own = authority.Client("root");
        string[] access =
        [
            $"--endpoints={etcd.Url}",
            $"--cacert={Write("ca.crt", authority.Pem)}",
            $"--cert={Write("client.crt", own.Certificate)}",
            $"--key={Write("client.key", own.Key)}",
        ];
        var put = await RunningProcess.Run(Testbed.Program("etcdctl"), [.. access, "put", Prefix + "a", "{}"]);
        Assert.True(put.Exit == 0, put.ToString());

        using var datastore = Open(etcd.Url, Tls(authority.Pem, own));
        Assert.Equal(StoredForm.Plain, (await datastore.GetAsync(Prefix + "a", default))!.Value.Value.Form);
        Assert.Equal(ExitCode.Unreachable, await Refused(etcd.Url, Tls(authority.Pem, null)));
        Assert.Equal(ExitCode.Unreachable, await Refused(etcd.Url, Tls(authority.Pem, other.Client("root"))));
        Assert.Equal(ExitCode.Unreachable, await Refused(etcd.Url, Tls(other.Pem, own)));
    }

    private static async Task<ExitCode> Refused(string url, ClientTls tls)
    {
        using var datastore = Open(url, tls);
        return (await Assert.ThrowsAsync<CommandException>(() => datastore.GetAsync("/x", default))).ExitCode;
    }

    private static ClientTls Tls(string authority, (string Certificate, string Key)? own) =>
        new(Bytes(authority), Bytes(own?.Certificate), Bytes(own?.Key), false, "test");

    private static byte[]? Bytes(string? pem) => pem is null ? null : Encoding.ASCII.GetBytes(pem);

    private string Write(string name, string text)
    {
        File.WriteAllText(_directory.At(name), text);
        return _directory.At(name);
    }
}
