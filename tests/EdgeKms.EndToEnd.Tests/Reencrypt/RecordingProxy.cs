using System.Net;
using System.Text;
using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.Reencrypt;

/// <summary>Passes every request on to an API server, and keeps what went through in both directions.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly StringBuilder _record = new();
    private readonly ApiServer _api;
    private readonly Task _serving;

    internal RecordingProxy(ApiServer api)
    {
        _api = api;
        Url = $"http://127.0.0.1:{FreePort.Take()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = Serve();
    }

    internal string Url { get; }

    /// <summary>This path is forbidden, as for a user without a right to it.</summary>
    internal string? Forbidden { get; init; }

    internal string Record
    {
        get
        {
            lock (_record)
                return _record.ToString();
        }
    }

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
        var request = context.Request;
        if (request.Url!.AbsolutePath == Forbidden)
        {
            context.Response.StatusCode = 403;
            context.Response.Close();
            return;
        }
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        var (status, type, answer) = await _api.Forward(
            request.HttpMethod,
            request.RawUrl!,
            request.Headers["Accept"],
            request.ContentType,
            body.ToArray()
        );
        lock (_record)
        {
            _record.Append(request.HttpMethod).Append(' ').Append(request.RawUrl).Append('\n');
            _record.Append(Encoding.UTF8.GetString(body.ToArray())).Append('\n');
            _record.Append(Encoding.UTF8.GetString(answer)).Append('\n');
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = answer.Length;
        await context.Response.OutputStream.WriteAsync(answer);
        context.Response.Close();
    }
}
