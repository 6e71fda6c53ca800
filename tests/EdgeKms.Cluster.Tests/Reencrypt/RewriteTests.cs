using System.Text;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Reencrypt;

public sealed class RewriteTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(422)]
    [InlineData(500)]
    public async Task Run_AWebhookRefusesOneObject_StoresTheOthers(int status)
    {
        await using var cluster = await FakeCluster.Start(
            10,
            async c => FakeCluster.IsPatchOf(c, "a3") && await FakeCluster.Fail(c, status, "the webhook says no")
        );
        var rewrite = cluster.Rewrite();
        var count = await rewrite.RunAsync(FakeCluster.Secrets, _ => { }, default);

        Assert.Equal(new RewriteCount(10, 9, 0, 0, 1), count);
        Assert.Equal([new RefusedObject("secrets", "n", "a3", "the webhook says no")], rewrite.Refused);
    }

    [Fact]
    public async Task Run_ValidationRefuses_TellsNoValue()
    {
        const string Causes =
            ""","details":{"causes":[{"field":"data","reason":"FieldValueInvalid","message":"Invalid value: \"s3cret\""}]}""";
        await using var cluster = await FakeCluster.Start(
            1,
            async c => FakeCluster.IsPatchOf(c, "a0") && await FakeCluster.Fail(c, 422, "Invalid value: s3cret", Causes)
        );
        var rewrite = cluster.Rewrite();
        await rewrite.RunAsync(FakeCluster.Secrets, _ => { }, default);

        Assert.Equal("data: FieldValueInvalid", Assert.Single(rewrite.Refused).Message);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(422)] // a test of the patch that fails
    public async Task Run_ChangedAndDeletedByOthers_CountsThemAsDone(int status)
    {
        var bodies = new List<string>();
        await using var cluster = await FakeCluster.Start(
            3,
            async c =>
            {
                if (FakeCluster.IsOf(c, "a0"))
                    return await FakeCluster.Fail(c, 404, "not found");
                if (!FakeCluster.IsOf(c, "a1"))
                    return false;
                if (c.Request.Method == "GET")
                {
                    await c.Response.WriteAsync("""{"metadata":{"resourceVersion":"999"}}""");
                    return true;
                }
                using var reader = new StreamReader(c.Request.Body);
                bodies.Add(await reader.ReadToEndAsync());
                return bodies.Count == 1 && await FakeCluster.Fail(c, status, "it was changed");
            }
        );
        var count = await cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default);

        Assert.Equal(new RewriteCount(3, 1, 0, 2), count);
        // The one that was changed is asked once more, whatever its state.
        Assert.Equal(
            [
                """[{"op":"test","path":"/metadata/uid","value":"u1"},{"op":"test","path":"/metadata/resourceVersion","value":"1"}]""",
                "[]",
            ],
            bodies
        );
    }

    [Fact]
    public async Task Run_TheSameResourceVersion_IsFresh()
    {
        await using var cluster = await FakeCluster.Start(
            2,
            async c =>
            {
                if (!FakeCluster.IsPatchOf(c, "a1"))
                    return false;
                await c.Response.WriteAsync("""{"metadata":{"resourceVersion":"1"}}""");
                return true;
            }
        );
        Assert.Equal(
            new RewriteCount(2, 1, 1, 0),
            await cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    public async Task Run_TheApiServerIsInTroubleForAWhile_IsTriedAgain(int status)
    {
        var failures = 2;
        await using var cluster = await FakeCluster.Start(
            3,
            async c =>
            {
                c.Response.Headers.RetryAfter = "0";
                return c.Request.Method == "PATCH"
                    && Interlocked.Decrement(ref failures) >= 0
                    && await FakeCluster.Fail(c, status, "etcdserver: request timed out");
            }
        );
        Assert.Equal(
            new RewriteCount(3, 3, 0, 0),
            await cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
        Assert.Equal(status != 429, cluster.Said.Any(s => s.EndsWith("; trying again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Run_NothingSucceeds_EndsAsUnreachable()
    {
        await using var cluster = await FakeCluster.Start(1, c => FakeCluster.Fail(c, 503, "down"));
        var e = await Assert.ThrowsAsync<CommandException>(() =>
            cluster.Rewrite(TimeSpan.FromSeconds(1)).RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
        Assert.Equal(ExitCode.Unreachable, e.ExitCode);
    }

    [Fact]
    public async Task Run_OneObjectFailsWhileTheApiServerIsReady_IsRefused()
    {
        await using var cluster = await FakeCluster.Start(
            2,
            async c => FakeCluster.IsPatchOf(c, "a0") && await FakeCluster.Fail(c, 500, "it can't be decrypted")
        );
        Assert.Equal(
            new RewriteCount(2, 1, 0, 0, 1),
            await cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
    }

    [Fact]
    public async Task Run_MetadataAlonePatchIsRefused_ReadsAndReplaces_AndSaysIt()
    {
        const string Whole = """{"data":{"x":"eA=="},"metadata":{"name":"a0","resourceVersion":"0"}}""";
        var replaced = "";
        await using var cluster = await FakeCluster.Start(
            1,
            async c =>
            {
                if (c.Request.Method == "PATCH")
                    return await FakeCluster.Fail(c, 406, "only application/json");
                if (c.Request.Method == "PUT")
                {
                    using var reader = new StreamReader(c.Request.Body, Encoding.UTF8);
                    replaced = await reader.ReadToEndAsync();
                    return false;
                }
                if (c.Request.Path != "/api/v1/namespaces/n/secrets/a0")
                    return false;
                await c.Response.WriteAsync(Whole);
                return true;
            }
        );
        Assert.Equal(
            new RewriteCount(1, 1, 0, 0),
            await cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
        Assert.Equal(Whole, replaced);
        Assert.Contains("their values pass through this program", Assert.Single(cluster.Said));
    }
}
