using System.Collections.Concurrent;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Tests.Datastore;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Reencrypt;

public sealed class ReencryptionTests : IDisposable
{
    private const string Status = "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds";

    private static readonly ActiveKey s_key = new("edgekms", "k2.x", "sha256:22");

    private readonly TemporaryDirectory _directory = new();

    private JournalFile Journal => new(_directory["state/journal.json"]);

    public void Dispose() => _directory.Dispose();

    private Task<ReencryptResult> Run(FakeCluster cluster, ActiveKey? key = null, IDatastore? datastore = null)
    {
        var patience = new Patience(TimeSpan.FromSeconds(1), TimeProvider.System, cluster.Said.Enqueue);
        var run = new Reencryption(
            new ReencryptedCluster(cluster.Api, datastore, "/registry", key ?? s_key, [FakeCluster.Secrets], null),
            new Rewrite(cluster.Api, 1, patience, cluster.Said.Enqueue),
            patience,
            Journal,
            cluster.Said.Enqueue,
            _ => { },
            TimeProvider.System
        );
        return run.RunAsync(default);
    }

    [Fact]
    public async Task Run_Interrupted_GoesOnAfterTheLastPage_ForTheSameKeyAlone()
    {
        var patched = new ConcurrentQueue<string>();
        var isDown = true;
        await using var cluster = await FakeCluster.Start(
            4,
            async c =>
            {
                if (c.Request.Method == "GET" && c.Request.Path == "/api/v1/secrets")
                {
                    var second = c.Request.Query.ContainsKey("continue");
                    await c.Response.WriteAsync(second ? Page("", "c", "d") : Page("next", "a", "b"));
                    return true;
                }
                // Ready, it would refuse that one object.
                if (isDown && (FakeCluster.IsPatchOf(c, "d") || c.Request.Path == "/readyz"))
                    return await FakeCluster.Fail(c, 503, "down");
                if (c.Request.Method != "PATCH")
                    return false;
                patched.Enqueue(c.Request.Path.Value![^1..]);
                return false;
            }
        );
        var e = await Assert.ThrowsAsync<CommandException>(() => Run(cluster));
        Assert.Equal(ExitCode.Unreachable, e.ExitCode);
        Assert.Contains("\"position\": \"n/b\"", File.ReadAllText(Journal.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Journal.Path));
        Assert.Equal(["a", "b", "c"], patched);

        patched.Clear();
        var kept = File.ReadAllBytes(Journal.Path);
        isDown = false;
        var result = await Run(cluster);
        Assert.Equal(new RewriteCount(4, 4, 0, 0), Assert.Single(result.Resources).Count);
        Assert.Equal(["c", "d"], patched);
        Assert.False(File.Exists(Journal.Path));

        patched.Clear();
        using (var file = File.Create(Journal.Path))
            file.Write(kept);
        await Run(cluster, s_key with { Id = "k3.x" });
        Assert.Equal(["a", "b", "c", "d"], patched);

        using (var file = File.Create(Journal.Path))
            file.Write("{\"keyId\": 7"u8);
        await Run(cluster);
        Assert.Equal(8, patched.Count);
    }

    [Fact]
    public async Task Run_ObjectsThatTheRingCannotRead_AreLeftAloneAndNamed()
    {
        using var kine = new KineFile(_directory["state.db"]);
        foreach (var (name, key) in new[] { ("a0", "k1.x"), ("a1", "k9.z"), ("a2", "k2.x") })
            kine.Put($"/registry/secrets/n/{name}", [.. "k8s:enc:kms:v2:edgekms:"u8, .. StoredValueTests.Message(key)]);
        var patched = new ConcurrentQueue<string>();
        await using var cluster = await FakeCluster.Start(
            3,
            c =>
            {
                if (c.Request.Method == "PATCH")
                {
                    patched.Enqueue(c.Request.Path.Value![^2..]);
                    kine.Put(
                        "/registry/secrets/n/a0",
                        [.. "k8s:enc:kms:v2:edgekms:"u8, .. StoredValueTests.Message("k2.x")]
                    );
                }
                return Task.FromResult(false);
            }
        );
        using var datastore = new SqliteDatastore(kine.Path);
        var active = s_key with { RingId = "ring", RingKeys = new HashSet<string>(["k1.x", "k2.x"]) };

        var result = await Run(cluster, active, datastore);

        Assert.Equal(["a0"], patched);
        Assert.Equal((1L, 1L, false), (result.Left, result.Unreadable, result.IsGood));
        Assert.Equal(("ring", "/registry/secrets/n/a1"), (result.Stored!.RingId, result.Example));
    }

    [Fact]
    public async Task Run_RefusedObjects_AreLeft()
    {
        await using var cluster = await FakeCluster.Start(
            3,
            async c => FakeCluster.IsPatchOf(c, "a0") && await FakeCluster.Fail(c, 403, "no")
        );
        var result = await Run(cluster);
        Assert.False(result.IsGood);
        Assert.Equal((1L, "metrics", 1), (result.Left, result.Proof, result.RefusedCount));
    }

    [Fact]
    public async Task Run_WritesUnderAnotherKeyMeanwhile_ProveNothing()
    {
        var reads = 0;
        await using var cluster = await FakeCluster.Start(
            1,
            async c =>
            {
                if (c.Request.Path != "/metrics")
                    return false;
                await c.Response.WriteAsync(
                    "apiserver_envelope_encryption_key_id_hash_total{key_id_hash=\"sha256:11\","
                        + $"provider_name=\"edgekms\",transformation_type=\"to_storage\"}} {reads++}\n"
                );
                return true;
            }
        );
        var result = await Run(cluster);
        Assert.Equal((null, null), (result.Left, result.Proof));
    }

    [Fact]
    public async Task Wait_TheApiServerUsesTheOldKey_WaitsWithTheReason()
    {
        var reads = 0;
        await using var cluster = await FakeCluster.Start(
            0,
            c => Metrics(c, ("sha256:11", 5), ("sha256:22", reads++ == 0 ? 4 : 6))
        );
        await Key(cluster, TimeSpan.FromMinutes(1)).WaitAsync(s_key, default);
        Assert.Contains("still uses key sha256:11", Assert.Single(cluster.Said));
    }

    [Fact]
    public async Task Wait_TheApiServerNeverTakesTheKey_IsUnhealthy()
    {
        await using var cluster = await FakeCluster.Start(0, c => Metrics(c, ("sha256:11", 5)));
        Assert.Equal(ExitCode.Unhealthy, await Refusal(cluster));
        await using var other = await FakeCluster.Start(0, c => Metrics(c));
        Assert.Equal(ExitCode.Unhealthy, await Refusal(other));
        await using var ill = await FakeCluster.Start(
            0,
            async c =>
                c.Request.Path == "/readyz" ? await FakeCluster.Fail(c, 500, "") : await Metrics(c, ("sha256:22", 5))
        );
        Assert.Equal(ExitCode.Unhealthy, await Refusal(ill));
    }

    [Theory]
    [InlineData("Succeeded", null)]
    [InlineData("Failed", ExitCode.Failed)]
    public async Task Migrations_TheApiServerServesThem_AreWaitedFor(string condition, ExitCode? expected)
    {
        var (reads, deleted) = (0, false);
        await using var cluster = await FakeCluster.Start(
            0,
            async c =>
            {
                if (c.Request.Method == "DELETE")
                    deleted = true;
                else if (c.Request.Path == "/apis/storagemigration.k8s.io")
                    await c.Response.WriteAsync("""{"preferredVersion":{"version":"v1beta1"}}""");
                else if (c.Request.Method == "POST")
                    await c.Response.WriteAsync("""{"metadata":{"name":"edgekms-x"}}""");
                else if (reads++ == 0)
                    await c.Response.WriteAsync("""{"status":{}}""");
                else
                    await c.Response.WriteAsync(
                        $$$"""{"status":{"conditions":[{"type":"{{{condition}}}","status":"True","message":"m"}]}}"""
                    );
                return true;
            }
        );
        var migrations = new StorageVersionMigrations(cluster.Api, TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Equal("v1beta1", await migrations.VersionAsync(default));
        var failure = await Record.ExceptionAsync(() => migrations.RunAsync("v1beta1", FakeCluster.Secrets, default));
        Assert.Equal(expected, (failure as CommandException)?.ExitCode);
        Assert.Equal(expected is null, deleted);
    }

    [Fact]
    public async Task Migrations_NotServed_AreRefused()
    {
        await using var cluster = await FakeCluster.Start(0, c => FakeCluster.Fail(c, 404, "not found"));
        var migrations = new StorageVersionMigrations(cluster.Api, TimeSpan.FromMinutes(1), TimeProvider.System);
        var e = await Assert.ThrowsAsync<CommandException>(() => migrations.VersionAsync(default));
        Assert.Equal(ExitCode.Refused, e.ExitCode);
    }

    private static KeyOfApiServer Key(FakeCluster cluster, TimeSpan limit) =>
        new(cluster.Api, null, "/registry", limit, TimeProvider.System, cluster.Said.Enqueue);

    private static async Task<ExitCode> Refusal(FakeCluster cluster) =>
        (
            await Assert.ThrowsAsync<CommandException>(() =>
                Key(cluster, TimeSpan.FromMilliseconds(1)).WaitAsync(s_key, default)
            )
        ).ExitCode;

    private static async Task<bool> Metrics(HttpContext context, params (string Hash, int At)[] keys)
    {
        if (context.Request.Path != "/metrics")
            return false;
        foreach (var (hash, at) in keys)
            await context.Response.WriteAsync($"{Status}{{key_id_hash=\"{hash}\",provider_name=\"edgekms\"}} {at}\n");
        return true;
    }

    private static string Page(string next, params string[] names)
    {
        var items = names.Select(n =>
            $$$"""{"metadata":{"namespace":"n","name":"{{{n}}}","uid":"u","resourceVersion":"7"}}"""
        );
        return $$"""{"metadata":{"continue":"{{next}}"},"items":[{{string.Join(',', items)}}]}""";
    }
}
