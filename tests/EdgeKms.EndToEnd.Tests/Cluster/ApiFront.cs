using System.Net;

namespace EdgeKms.EndToEnd.Tests.Cluster;

/// <summary>An answer of an API server, or in the place of it.</summary>
internal sealed record FrontAnswer(int Status, string? ContentType, byte[] Body);

/// <summary>
/// A stand-in: what stands in front of k8s.io/apiserver. It passes every request on, with the rights of an administrator, and may
/// answer one itself or change an answer: for the aggregator of a whole kube-apiserver and for what older
/// versions say of themselves.
/// </summary>
internal sealed class ApiFront : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ApiServer _api;
    private readonly Task _serving;

    internal ApiFront(ApiServer api)
    {
        _api = api;
        Url = $"http://127.0.0.1:{FreePort.Take()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = Serve();
    }

    internal string Url { get; }

    /// <summary>Looks at each request, by its method and path with the query; may answer it.</summary>
    internal Func<string, string, Task<FrontAnswer?>> Before { get; init; } =
        (_, _) => Task.FromResult<FrontAnswer?>(null);

    /// <summary>Changes the answer to a path.</summary>
    internal Func<string, FrontAnswer, FrontAnswer> After { get; init; } = (_, answer) => answer;

    /// <summary>Gets what went through: method, path, body, answer.</summary>
    internal Action<string, string, byte[], FrontAnswer>? Passed { get; init; }

    internal void WriteKubeConfig(string path) =>
        File.WriteAllText(
            path,
            $$"""
            current-context: t
            clusters: [{ name: t, cluster: { server: "{{Url}}" } }]
            users: [{ name: t, user: {} }]
            contexts: [{ name: t, context: { cluster: t, user: t } }]
            """
        );

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task Serve()
    {
        var running = new List<Task>();
        while (_listener.IsListening)
        {
            try
            {
                running.Add(Pass(await _listener.GetContextAsync()));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                break;
            }
        }
        await Task.WhenAll(running);
    }

    private async Task Pass(HttpListenerContext context)
    {
        try
        {
            var answer = await Ask(context.Request);
            context.Response.StatusCode = answer.Status;
            context.Response.ContentType = answer.ContentType;
            context.Response.ContentLength64 = answer.Body.Length;
            await context.Response.OutputStream.WriteAsync(answer.Body);
            context.Response.Close();
        }
        // The API server is down, or who asked is gone.
        catch (Exception e)
            when (e is HttpRequestException or HttpListenerException or IOException or ObjectDisposedException)
        {
            context.Response.Abort();
        }
    }

    private async Task<FrontAnswer> Ask(HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        if (await Before(request.HttpMethod, request.RawUrl!) is { } own)
            return own;
        var (status, type, answer) = await _api.Forward(
            request.HttpMethod,
            request.RawUrl!,
            request.Headers["Accept"],
            request.ContentType,
            body.ToArray()
        );
        var passed = new FrontAnswer(status, type, answer);
        Passed?.Invoke(request.HttpMethod, request.RawUrl!, body.ToArray(), passed);
        return After(request.RawUrl!, passed);
    }
}
