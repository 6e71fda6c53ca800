using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.Failures;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Reencrypt;

/// <summary>
/// A webhook or a policy is against one of ten objects. The answers are those of k8s.io/apiserver 0.36: webhook/errors/statuserror.go,
/// util/webhook/error.go, policy/validating/dispatcher.go, policy/generic/policy_dispatcher.go, responsewriters/errors.go.
/// </summary>
public sealed class AdmissionTests
{
    private const string Denied = "admission webhook \"policy.example\" denied the request";
    private const string Calling = "failed calling webhook \"down.example\": ";
    private const string Policy =
        "ValidatingAdmissionPolicy 'no-x' with binding 'all' denied request: x is not allowed";

    /// <summary>Status code, message, reason, message of its cause or none, what a person reads.</summary>
    public static TheoryData<int, string, string, string?, string> Answers
    {
        get
        {
            var rows = new TheoryData<int, string, string, string?, string>();
            // A webhook's code is the webhook's, from 400 on.
            foreach (
                var status in new[] { 400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429, 500, 503, 504, 599 }
            )
                rows.Add(status, $"{Denied}: not today", "", null, $"{Denied}: not today");
            rows.Add(400, $"{Denied} without explanation", "", null, $"{Denied} without explanation");
            rows.Add(404, $"{Denied}: NotFound", "NotFound", null, $"{Denied}: NotFound");
            rows.Add(
                422,
                $"{Denied}: data.x: Invalid value: \"s3cret\": no",
                "Invalid",
                null,
                $"{Denied}: data.x: Invalid value (its value is left out)"
            );
            rows.Add(
                400,
                "admission webhook \"policy.example\" does not support dry run",
                "BadRequest",
                null,
                "admission webhook \"policy.example\" does not support dry run"
            );
            foreach (
                var trouble in new[]
                {
                    "failed to call webhook: Post \"https://down.n.svc:443/validate?timeout=10s\": dial tcp 10.96.0.7:443: connect: connection refused",
                    "failed to call webhook: Post \"https://down.n.svc:443/validate?timeout=10s\": context deadline exceeded",
                    "failed to call webhook: an error on the server (\"boom\") has prevented the request from succeeding",
                    "failed to call webhook: the server could not find the requested resource",
                    "received invalid webhook response: webhook response uid is not set",
                }
            )
                rows.Add(
                    500,
                    $"Internal error occurred: {Calling}{trouble}",
                    "InternalError",
                    Calling + trouble,
                    $"Internal error occurred: {Calling}{trouble}"
                );
            foreach (
                var (status, reason) in new[]
                {
                    (401, "Unauthorized"),
                    (403, "Forbidden"),
                    (413, "RequestEntityTooLarge"),
                    (422, "Invalid"),
                }
            )
                rows.Add(
                    status,
                    $"secrets \"a3\" is forbidden: {Policy}",
                    reason,
                    Policy,
                    $"secrets \"a3\" is forbidden: {Policy}"
                );
            const string Mutating = "policy 'm' with binding 'all' denied request: no such field";
            rows.Add(403, Mutating, "Invalid", Mutating, Mutating);
            // Other admission, and authorization.
            rows.Add(
                403,
                "secrets \"a3\" is forbidden: exceeded quota: q",
                "Forbidden",
                null,
                "secrets \"a3\" is forbidden: exceeded quota: q"
            );
            const string Rbac =
                "secrets \"a3\" is forbidden: User \"u\" cannot patch resource \"secrets\" in API group \"\" in the namespace \"n\"";
            rows.Add(403, Rbac, "Forbidden", null, Rbac);
            // Nobody wrote or deleted it: whoever says so is none of the API server's.
            rows.Add(401, "Unauthorized", "Unauthorized", null, "Unauthorized");
            rows.Add(404, "secrets \"a3\" not found", "NotFound", null, "secrets \"a3\" not found");
            rows.Add(
                409,
                "Operation cannot be fulfilled on secrets \"a3\": no",
                "Conflict",
                null,
                "Operation cannot be fulfilled on secrets \"a3\": no"
            );
            rows.Add(422, "it is not as it should be", "Invalid", null, "it is not as it should be");
            rows.Add(403, "", "", null, "(no text)");
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Run_OneObjectIsRefused_NamesTheReason_AndGoesOn(
        int status,
        string message,
        string reason,
        string? cause,
        string told
    )
    {
        var asked = 0;
        await using var cluster = await FakeCluster.Start(
            10,
            async c =>
            {
                if (!FakeCluster.IsPatchOf(c, "a3"))
                    return false;
                Interlocked.Increment(ref asked);
                c.Response.StatusCode = status;
                await c.Response.Body.WriteAsync(Status(status, message, reason, cause));
                return true;
            }
        );
        var rewrite = cluster.Rewrite();
        var count = await rewrite.RunAsync(FakeCluster.Secrets, _ => { }, default);

        Assert.Equal(new RewriteCount(10, 9, 0, 0, 1), count);
        Assert.Equal([new RefusedObject("secrets", "n", "a3", told)], rewrite.Refused);
        // No webhook is asked twice, no other way is tried, and nothing is waited for.
        Assert.Equal((1, ""), (asked, string.Join('\n', cluster.Said)));
    }

    [Theory]
    [InlineData(404, "", "(no text), status code 404")]
    [InlineData(502, "<html>\n<h1>502 Bad Gateway</h1>", "<html> <h1>502 Bad Gateway</h1>")]
    [InlineData(500, """{"kind":"Secret","data":{"x":"czNjcmV0"}}""", "the answer is no Status but of the kind Secret")]
    [InlineData(500, """{"kind":"Status","message":"etcdserver: no leader"}""", "etcdserver: no leader")]
    public async Task Run_OneObjectFailsAgainAndAgainWhileTheApiServerIsReady_IsRefused(
        int status,
        string body,
        string told
    )
    {
        await using var cluster = await FakeCluster.Start(
            2,
            async c =>
            {
                if (!FakeCluster.IsPatchOf(c, "a1") && !(status == 404 && FakeCluster.IsOf(c, "a1")))
                    return false;
                c.Response.StatusCode = status;
                await c.Response.WriteAsync(body);
                return true;
            }
        );
        var rewrite = cluster.Rewrite();
        Assert.Equal(new RewriteCount(2, 1, 0, 0, 1), await rewrite.RunAsync(FakeCluster.Secrets, _ => { }, default));
        Assert.Equal(told, Assert.Single(rewrite.Refused).Message);
    }

    [Fact]
    public async Task Run_NoAnswerForOneObjectWhileTheApiServerIsReady_IsRefused()
    {
        await using var cluster = await FakeCluster.Start(
            5,
            c =>
            {
                if (!FakeCluster.IsPatchOf(c, "a1"))
                    return Task.FromResult(false);
                c.Abort();
                return Task.FromResult(true);
            }
        );
        var rewrite = cluster.Rewrite();
        Assert.Equal(new RewriteCount(5, 4, 0, 0, 1), await rewrite.RunAsync(FakeCluster.Secrets, _ => { }, default));
        Assert.EndsWith("a slow admission webhook may be why", Assert.Single(rewrite.Refused).Message);
    }

    [Fact]
    public async Task Run_TheApiServerDoesNotKnowTheUserAnyMore_Ends()
    {
        await using var cluster = await FakeCluster.Start(
            2,
            async c => FakeCluster.IsOf(c, "a1") && await FakeCluster.Fail(c, 401, "Unauthorized")
        );
        var e = await Assert.ThrowsAsync<CommandException>(() =>
            cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
        Assert.Equal(ExitCode.Permission, e.ExitCode);
    }

    [Fact]
    public async Task Run_AnObjectThatOthersWriteAllTheTime_CountsAsWrittenByThem()
    {
        var version = 1_000;
        await using var cluster = await FakeCluster.Start(
            1,
            async c =>
            {
                if (FakeCluster.IsPatchOf(c, "a0"))
                    return await FakeCluster.Fail(c, 409, "Operation cannot be fulfilled");
                if (!FakeCluster.IsOf(c, "a0"))
                    return false;
                await c.Response.WriteAsync($$$"""{"metadata":{"resourceVersion":"{{{++version}}}"}}""");
                return true;
            }
        );
        Assert.Equal(
            new RewriteCount(1, 0, 0, 1),
            await cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
    }

    [Fact]
    public async Task Run_TheAnswerIsAPageOfAProxy_IsNotTakenForWritten()
    {
        await using var cluster = await FakeCluster.Start(
            1,
            async c =>
            {
                if (!FakeCluster.IsPatchOf(c, "a0"))
                    return false;
                await c.Response.WriteAsync("<html>Please log in</html>");
                return true;
            }
        );
        Assert.Equal(
            new RewriteCount(1, 0, 0, 0, 1),
            await cluster.Rewrite().RunAsync(FakeCluster.Secrets, _ => { }, default)
        );
    }

    [Fact]
    public async Task Run_AWebhookRefusesInProtobuf_IsReadFromThat()
    {
        var asked = 0;
        await using var cluster = await FakeCluster.Start(
            1,
            async c =>
            {
                if (!FakeCluster.IsPatchOf(c, "a0"))
                    return false;
                asked++;
                c.Response.StatusCode = 429;
                await c.Response.Body.WriteAsync(ProtobufStatus($"{Denied}: later"));
                return true;
            }
        );
        var rewrite = cluster.Rewrite();
        await rewrite.RunAsync(FakeCluster.Secrets, _ => { }, default);

        Assert.Equal((1, $"{Denied}: later"), (asked, Assert.Single(rewrite.Refused).Message));
    }

    /// <summary>As the API server writes it.</summary>
    private static byte[] Status(int code, string message, string reason, string? cause)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("kind", "Status");
            json.WriteString("apiVersion", "v1");
            json.WriteStartObject("metadata");
            json.WriteEndObject();
            json.WriteString("status", "Failure");
            if (message.Length > 0)
                json.WriteString("message", message);
            if (reason.Length > 0)
                json.WriteString("reason", reason);
            json.WriteStartObject("details");
            json.WriteString("name", "a3");
            json.WriteString("kind", "secrets");
            if (cause is not null)
            {
                json.WriteStartArray("causes");
                json.WriteStartObject();
                json.WriteString("message", cause);
                json.WriteEndObject();
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteNumber("code", code);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static byte[] ProtobufStatus(string message)
    {
        static byte[] Message(params (int Field, byte[] Value)[] fields)
        {
            using var stream = new MemoryStream();
            using (var output = new CodedOutputStream(stream, leaveOpen: true))
            {
                foreach (var (field, value) in fields)
                {
                    output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(ByteString.CopyFrom(value));
                }
            }
            return stream.ToArray();
        }
        var unknown = Message(
            (1, Message((1, "v1"u8.ToArray()), (2, "Status"u8.ToArray()))),
            (2, Message((1, []), (2, "Failure"u8.ToArray()), (3, Encoding.UTF8.GetBytes(message))))
        );
        return [.. "k8s\0"u8, .. unknown];
    }
}
