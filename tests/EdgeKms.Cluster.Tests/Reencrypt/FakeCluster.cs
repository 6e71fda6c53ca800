using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Tests.ApiServer;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Reencrypt;

/// <summary>An API server with Secrets a0, a1 and so on that answers requests of some of them as a test says.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    internal const string Webhook = "admission webhook \"policy.example\" denied the request: ";

    private readonly FakeApiServer _server;

    private FakeCluster(FakeApiServer server)
    {
        _server = server;
        Api = new ApiClient(
            KubeConfig.Parse(
                Encoding.UTF8.GetBytes(
                    $$"""
                    current-context: c
                    contexts: [{ name: c, context: { cluster: c, user: c } }]
                    clusters: [{ name: c, cluster: { server: "{{server.Url}}" } }]
                    users: [{ name: c, user: {} }]
                    """
                ),
                "/dir/config"
            ),
            TimeProvider.System,
            connect: TimeSpan.FromMinutes(2)
        );
    }

    internal static ApiResource Secrets { get; } = new("", "v1", "secrets", Namespaced: true);

    internal ApiClient Api { get; }

    /// <summary>What was said to people.</summary>
    internal ConcurrentQueue<string> Said { get; } = new();

    /// <param name="objects">Secrets of its list.</param>
    /// <param name="answer">Answers a request; false leaves it to the usual answer, which stores the object.</param>
    internal static async Task<FakeCluster> Start(int objects, Func<HttpContext, Task<bool>> answer) =>
        new(
            await FakeApiServer.Start(async context =>
            {
                if (await answer(context))
                    return;
                var path = context.Request.Path.Value!;
                await context.Response.WriteAsync(
                    context.Request.Method != "GET" ? """{"metadata":{"resourceVersion":"1000"}}"""
                    : path == "/api/v1/secrets" ? List(objects)
                    // As it was listed: no one has written it since.
                    : $$$"""{"metadata":{"resourceVersion":"{{{path[(path.LastIndexOf('a') + 1)..]}}}"}}"""
                );
            })
        );

    internal static async Task<bool> Fail(HttpContext context, int status, string message, string more = "")
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync($$"""{"kind":"Status","message":"{{message}}"{{more}}}""");
        return true;
    }

    internal static bool IsOf(HttpContext context, string name) =>
        context.Request.Path == $"/api/v1/namespaces/n/secrets/{name}";

    internal static bool IsPatchOf(HttpContext context, string name) =>
        context.Request.Method == "PATCH" && IsOf(context, name);

    internal Rewrite Rewrite(TimeSpan? limit = null) =>
        new(Api, 4, new Patience(limit ?? TimeSpan.FromSeconds(60), TimeProvider.System, Said.Enqueue), Said.Enqueue);

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _server.DisposeAsync();
    }

    private static string List(int objects) =>
        $$"""{"metadata":{},"items":[{{string.Join(',', Enumerable.Range(0, objects).Select(Item))}}]}""";

    private static string Item(int i) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"metadata":{"namespace":"n","name":"a{{{i}}}","uid":"u{{{i}}}","resourceVersion":"{{{i}}}"}}"""
        );
}
