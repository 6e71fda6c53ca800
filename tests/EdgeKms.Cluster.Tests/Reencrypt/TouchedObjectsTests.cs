using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Tests.Datastore;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Reencrypt;

/// <summary>An API server that stores in a file of kine, as kine does: each row has the value before beside its own.</summary>
public sealed class TouchedObjectsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly KineFile _kine;
    private readonly Dictionary<string, (byte[] Value, string? Mark)> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _patches = new();
    private Func<string, bool, (int Status, string Message)?> _refuse = (_, _) => null;

    public TouchedObjectsTests() => _kine = new KineFile(_directory["state.db"]);

    public void Dispose()
    {
        _kine.Dispose();
        _directory.Dispose();
    }

    private static byte[] Under(string key) => [.. "k8s:enc:kms:v2:edgekms:"u8, .. StoredValueTests.Message(key)];

    /// <summary>A row as a migration leaves it.</summary>
    private void Rewritten(string name, string? mark = null)
    {
        _objects[name] = (Under("k1"), mark);
        _kine.Put($"/registry/secrets/n/{name}", Under("k1"), oldValue: Encoding.ASCII.GetBytes("k8s\0s3cret"));
    }

    private async Task<bool> Answer(HttpContext context)
    {
        if (context.Request.Path == "/readyz")
            return false;
        Assert.Equal("PATCH", context.Request.Method);
        Assert.Equal("application/merge-patch+json", context.Request.ContentType);
        Assert.Equal("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", context.Request.Headers.Accept);
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        var metadata = body.RootElement.GetProperty("metadata");
        var mark = metadata.GetProperty("annotations").GetProperty("edgekms.dev/stored-anew").GetString();
        var name = context.Request.Path.Value!.Split('/')[^1];
        _patches.Enqueue($"{name}{(mark is null ? "-" : "+")}");
        lock (_objects)
        {
            if (_refuse(name, mark is not null) is not var (status, message))
            {
                Store(name, mark);
                return false;
            }
            context.Response.StatusCode = status;
            context.Response.WriteAsync($$"""{"kind":"Status","message":"{{message}}"}""").GetAwaiter().GetResult();
            return true;
        }
    }

    private void Store(string name, string? mark)
    {
        var (value, before) = _objects[name];
        if (before == mark)
            return;
        _kine.Put($"/registry/secrets/n/{name}", Under("k1"), oldValue: value, createRevision: 1);
        _objects[name] = (Under("k1"), mark);
    }

    private async Task<TouchCount> Run()
    {
        await using var cluster = await FakeCluster.Start(0, Answer);
        using var datastore = new SqliteDatastore(_kine.Path);
        var map = new StorageMap([FakeCluster.Secrets], "/registry");
        var patience = new Patience(TimeSpan.FromMinutes(2), TimeProvider.System, cluster.Said.Enqueue);
        var done = 0L;
        var count = await new TouchedObjects(cluster.Api, map, 4, patience).RunAsync(
            datastore.ListBesideAsync("/registry/", default).Where(o => o.Value.Form == StoredForm.Plain),
            n => done = n,
            default
        );
        Assert.Equal(count.Touched + count.Gone + count.Unserved + count.RefusedCount, done);
        return count;
    }

    private async Task<string> Beside()
    {
        using var datastore = new SqliteDatastore(_kine.Path);
        return string.Join(
            ' ',
            await datastore
                .ListBesideAsync("/registry/", default)
                .Select(o => $"{o.Key.Split('/')[^1]}={o.Value.KeyId ?? o.Value.Form.ToString()}")
                .ToListAsync()
        );
    }

    [Fact]
    public async Task Run_ObjectsWithThePlainValueBeside_LeavesNoneOfIt()
    {
        for (var i = 0; i < 600; i++)
            Rewritten($"a{i:000}");
        // An earlier run ended between its two writes.
        Rewritten("left", mark: "17");
        _kine.Put("/registry/gone.org/olds/n/x", Under("k1"), oldValue: "k8s\0"u8.ToArray());
        var rows = _kine.Newest();
        var count = await Run();
        Assert.Equal(rows + 1_202, _kine.Newest());
        Assert.Equal((601, 0, 1, 0), (count.Touched, count.Gone, count.Unserved, count.RefusedCount));
        Assert.DoesNotContain("Plain", (await Beside()).Replace("x=Plain", "", StringComparison.Ordinal));
        Assert.All(_objects.Values, o => Assert.Null(o.Mark));
        Assert.Equal(1_202, _patches.Count);
    }

    [Fact]
    public async Task Run_WrittenAndDeletedByOthers_IsDone()
    {
        Rewritten("deleted");
        Rewritten("busy");
        Rewritten("deleted-between");
        var between = 0;
        _refuse = (name, isFirst) =>
            (name, isFirst) switch
            {
                ("deleted", _) => (404, "not found"),
                ("busy", true) => (409, "conflict"),
                ("deleted-between", false) when between++ == 0 => (409, "conflict"),
                ("deleted-between", false) => (404, "not found"),
                _ => null,
            };
        var count = await Run();
        Assert.Equal((0, 3, 0), (count.Touched, count.Gone, count.RefusedCount));
        Assert.DoesNotContain("busy-", _patches);
        Assert.Equal(2, between);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task Run_WebhookWithAnyStatus_RefusesTheObject(int status)
    {
        Rewritten("a");
        Rewritten("b");
        _refuse = (name, _) => name == "a" ? (status, "admission webhook \\\"p\\\" denied the request: no") : null;
        var count = await Run();
        Assert.Equal((1, 0, 1), (count.Touched, count.Gone, count.RefusedCount));
        Assert.Equal("a+", string.Join(' ', _patches.Where(p => p[0] == 'a')));
    }

    [Fact]
    public async Task Run_Refused_IsToldWithItsReason()
    {
        Rewritten("a");
        Rewritten("b");
        Rewritten("c");
        _refuse = (name, isFirst) =>
            (name, isFirst) switch
            {
                ("a", true) => (403, "admission webhook denied the request: no"),
                ("b", false) => (400, "no second write"),
                _ => null,
            };
        var count = await Run();
        Assert.Equal((1, 2), (count.Touched, count.RefusedCount));
        Assert.Equal(
            "a: admission webhook denied the request: no; b: no second write (the annotation edgekms.dev/stored-anew stays)",
            string.Join(
                "; ",
                count.Refused.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => $"{r.Name}: {r.Message}")
            )
        );
    }

    [Fact]
    public async Task Run_ApiServerInTrouble_GoesOn()
    {
        Rewritten("a");
        var failures = 0;
        _refuse = (_, isFirst) => failures++ is 0 or 2 ? (503, "etcd has no leader") : null;
        var count = await Run();
        Assert.Equal(1, count.Touched);
        Assert.Equal("a+ a+ a- a-", string.Join(' ', _patches));
    }

    [Fact]
    public async Task Run_UserIsUnknown_Fails()
    {
        Rewritten("a");
        _refuse = (_, _) => (401, "Unauthorized");
        var e = await Assert.ThrowsAsync<CommandException>(Run);
        Assert.Equal(ExitCode.Permission, e.ExitCode);
    }

    // What a migration does with them: only what no provider that stays would read is written over.
    [Theory]
    [InlineData("kms: {name: edgekms, apiVersion: v2, endpoint: unix:///x}", 0, true)]
    [InlineData("aescbc: {keys: [{name: other, secret: YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=}]}", 0, false)]
    public async Task WriteOver_ValuesOfAProviderThatGoes_LeavesNone(string provider, int left, bool isDone)
    {
        for (var i = 0; i < 5; i++)
            Rewritten($"a{i}");
        await using var cluster = await FakeCluster.Start(0, Answer);
        using var datastore = new SqliteDatastore(_kine.Path);
        var migrated = new MigratedCluster(
            cluster.Api,
            datastore,
            null,
            null,
            TimeSpan.FromMinutes(1),
            TimeProvider.System
        );
        var map = new StorageMap([FakeCluster.Secrets], "/registry");
        var next = EncryptionFile.Parse(
            Encoding.UTF8.GetBytes(
                $"apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - {provider}\n"
            ),
            "file"
        );
        var values = new ValuesBeside(migrated, datastore, "/registry", map, cluster.Said.Enqueue);

        if (isDone)
            await values.WriteOverAsync(next, default);
        else
            await Assert.ThrowsAsync<CommandException>(() => values.WriteOverAsync(next, default));

        Assert.Equal(left, (await Beside()).Split("Plain").Length - 1);
        Assert.Contains(isDone ? "0 are left" : "5 are left", string.Join(' ', cluster.Said), StringComparison.Ordinal);
        await values
            .WriteOverAsync(EncryptionFile.Parse(next.Bytes.ToArray(), "file"), default)
            .ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(isDone ? 10 : 20, _patches.Count);
    }
}
