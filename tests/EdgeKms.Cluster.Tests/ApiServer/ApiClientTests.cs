using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.ApiServer;

public sealed class ApiClientTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    private static ApiClient Client(string server, string cluster = "", string user = "token: t0ken") =>
        new(
            KubeConfig.Parse(
                Encoding.UTF8.GetBytes(
                    $$"""
                    current-context: c
                    contexts: [{ name: c, context: { cluster: c, user: c } }]
                    clusters: [{ name: c, cluster: { server: "{{server}}" {{cluster}} } }]
                    users: [{ name: c, user: { {{user}} } }]
                    """
                ),
                "/dir/config"
            ),
            TimeProvider.System,
            connect: TimeSpan.FromMinutes(2)
        );

    private static string Data(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));

    private string Trust => $", certificate-authority-data: {Data(_authority.Pem)}";

    private static X509Certificate2 Loaded((string Certificate, string Key) pair) =>
        X509Certificate2.CreateFromPem(pair.Certificate, pair.Key);

    private static async Task<string> Failure(ApiClient client, ExitCode exit)
    {
        var e = await Assert.ThrowsAsync<CommandException>(async () =>
            (await client.GetAsync("/x", default)).OrThrow()
        );
        Assert.Equal(exit, e.ExitCode);
        Assert.DoesNotContain("t0ken", e.ToString());
        return e.Message;
    }

    [Fact]
    public async Task Tls_OwnAuthorityAndClientCertificate_MeetOnHttp2()
    {
        await using var server = await FakeApiServer.Start(
            c =>
                c.Response.WriteAsync(
                    $"{c.Request.Protocol} {c.Request.Path} {c.Connection.ClientCertificate?.Subject} {c.Request.Headers.Authorization}"
                ),
            Loaded(_authority.Server())
        );
        var (certificate, key) = _authority.Client("admin");
        using var client = Client(
            server.Url + "/base",
            Trust,
            $"token: t0ken, client-certificate-data: {Data(certificate)}, client-key-data: {Data(key)}"
        );
        Assert.Equal("HTTP/2 /base/api CN=admin Bearer t0ken", (await client.GetAsync("/api", default)).Text());
    }

    [Fact]
    public async Task Tls_CertificateOfAnotherAuthority_IsRefusedUnlessSkipped()
    {
        using var other = new TestAuthority();
        await using var server = await FakeApiServer.Start(c => c.Response.WriteAsync("ok"), Loaded(other.Server()));
        using var careful = Client(server.Url, Trust);
        Assert.Contains("its certificate is not one", await Failure(careful, ExitCode.Unreachable));
        using var careless = Client(server.Url, ", insecure-skip-tls-verify: true");
        Assert.Equal("ok", (await careless.GetAsync("/", default)).Text());
    }

    [Fact]
    public async Task Tls_CertificateOfAnotherName_NeedsTlsServerName()
    {
        await using var server = await FakeApiServer.Start(
            c => c.Response.WriteAsync("ok"),
            Loaded(_authority.Server("kubernetes"))
        );
        using var plain = Client(server.Url, Trust);
        Assert.Contains("its certificate is not one", await Failure(plain, ExitCode.Unreachable));
        using var named = Client(server.Url, Trust + ", tls-server-name: kubernetes");
        Assert.Equal("ok", (await named.GetAsync("/", default)).Text());
    }

    [Fact]
    public async Task Server_Gone_IsUnreachable()
    {
        string url;
        await using (var server = await FakeApiServer.Start(_ => Task.CompletedTask))
            url = server.Url;
        using var client = Client(url);
        Assert.Contains("nobody listens there", await Failure(client, ExitCode.Unreachable));
    }

    [Theory]
    [InlineData(401, ExitCode.Permission, "doesn't accept the credentials of the kubeconfig: Unauthorized")]
    [InlineData(403, ExitCode.Permission, "refuses GET /x: Unauthorized")]
    [InlineData(404, ExitCode.Failed, "answered 404 to GET /x: Unauthorized")]
    [InlineData(500, ExitCode.Failed, "answered 500 to GET /x: Unauthorized")]
    [InlineData(302, ExitCode.Failed, "answered 302")]
    public async Task Answer_NoSuccess_HasTheMessageOfTheStatus(int status, ExitCode exit, string message)
    {
        await using var server = await FakeApiServer.Start(c =>
        {
            c.Response.StatusCode = status;
            c.Response.Headers.Location = "http://127.0.0.1:1/";
            return c.Response.WriteAsync("""{"kind":"Status","metadata":{},"message":"Unauthorized","code":401}""");
        });
        using var client = Client(server.Url);
        Assert.Contains(message, await Failure(client, exit));
    }

    [Fact]
    public async Task Answer_TextThatATerminalObeys_IsMadeHarmless()
    {
        await using var server = await FakeApiServer.Start(c =>
        {
            c.Response.StatusCode = 500;
            return c.Response.WriteAsync("a\x1b[2Jb\nc\u202e" + new string('x', 5000));
        });
        using var client = Client(server.Url);
        var message = await Failure(client, ExitCode.Failed);
        Assert.Contains("a?[2Jb c?xxx", message);
        Assert.InRange(message.Length, 1_000, 1_100);
    }

    [Fact]
    public async Task Requests_OfEachKind_CarryBodyAndType()
    {
        await using var server = await FakeApiServer.Start(async c =>
        {
            using var body = new StreamReader(c.Request.Body);
            var text = await body.ReadToEndAsync();
            await c.Response.WriteAsync(
                $"{c.Request.Method} {c.Request.ContentType} {c.Request.Headers.Accept} {text}"
            );
        });
        using var client = Client(server.Url);
        var json = Encoding.UTF8.GetBytes("{}");
        Assert.Equal(
            "POST application/json application/json {}",
            (await client.CreateAsync("/", json, default)).Text()
        );
        Assert.Equal(
            "PUT application/json application/json {}",
            (await client.ReplaceAsync("/", json, default)).Text()
        );
        Assert.Equal(
            "PATCH application/json-patch+json a;as=b {}",
            (await client.PatchAsync("/", json, default, "a;as=b")).Text()
        );
        Assert.Equal("DELETE  application/json ", (await client.DeleteAsync("/", default)).Text());
    }

    [Fact]
    public async Task TooManyRequests_IsAskedAgain()
    {
        var turn = 0;
        await using var server = await FakeApiServer.Start(c =>
        {
            c.Response.StatusCode = ++turn < 3 ? 429 : 200;
            c.Response.Headers.RetryAfter = "0";
            return c.Response.WriteAsync("done");
        });
        using var client = Client(server.Url);
        Assert.Equal("done", (await client.GetAsync("/", default)).OrThrow().Text());
        Assert.Equal(3, turn);
    }

    [Fact]
    public async Task List_Pages_FollowTheToken()
    {
        var asked = new List<string>();
        await using var server = await FakeApiServer.Start(c =>
        {
            asked.Add(c.Request.QueryString.Value!);
            return c.Response.WriteAsync(
                asked.Count switch
                {
                    1 => """{"items":[{"metadata":{"continue":"wrong"}}],"metadata":{"continue":"a/+="}}""",
                    2 => """{"metadata":{"remainingItemCount":1,"continue":"b"},"items":[]}""",
                    _ => """{"metadata":{"continue":""},"items":[]}""",
                }
            );
        });
        using var client = Client(server.Url);
        var pages = await client.ListAsync("/s", 2, default).CountAsync();
        Assert.Equal(3, pages);
        Assert.Equal(["?limit=2", "?limit=2&continue=a%2F%2B%3D", "?limit=2&continue=b"], asked);
    }

    [Fact]
    public async Task List_TokenTooOld_GoesOnWhereTheApiServerSays()
    {
        var asked = new List<string>();
        await using var server = await FakeApiServer.Start(c =>
        {
            asked.Add(c.Request.QueryString.Value!);
            c.Response.StatusCode = asked.Count == 2 ? 410 : 200;
            return c.Response.WriteAsync(
                asked.Count switch
                {
                    1 => """{"metadata":{"continue":"old"},"items":[]}""",
                    2 => """{"kind":"Status","metadata":{"continue":"new"},"code":410}""",
                    _ => """{"metadata":{},"items":[]}""",
                }
            );
        });
        using var client = Client(server.Url);
        Assert.Equal(2, await client.ListAsync("/s?x=y", 2, default).CountAsync());
        Assert.Equal("?x=y&limit=2&continue=new", asked[2]);
    }

    [Fact]
    public async Task List_Refused_Throws()
    {
        await using var server = await FakeApiServer.Start(c =>
        {
            c.Response.StatusCode = 410;
            return c.Response.WriteAsync("{}");
        });
        using var client = Client(server.Url);
        await Assert.ThrowsAsync<CommandException>(async () => await client.ListAsync("/s", 2, default).CountAsync());
    }
}
