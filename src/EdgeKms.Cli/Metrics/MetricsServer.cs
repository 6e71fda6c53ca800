using System.Net;
using System.Text;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Metrics;

/// <summary>
/// <c>GET /metrics</c> over HTTP for Prometheus, with the base class library's own server: the page is asked for every few seconds,
/// and a web host would double the program. Each one asks the daemon anew.
/// </summary>
/// <param name="address">The one address that is listened on; a request must name it, so that no web page can reach it by a name of its own.</param>
/// <param name="sockets">Whose metrics.</param>
internal sealed class MetricsServer(IPEndPoint address, DaemonSockets sockets)
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>16 answers at once; further requests wait.</summary>
    private static readonly SemaphoreSlim s_room = new(16);

    private static readonly byte[] s_start = Encoding.UTF8.GetBytes(
        "<!doctype html><html lang=\"en\"><title>edgekms metrics</title><p><a href=\"/metrics\">Metrics</a></p></html>\n"
    );

    /// <summary>Serves until it is told to stop.</summary>
    /// <param name="ready">Gets the page's address.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">Exit code 1: the address can't be had.</exception>
    internal async Task RunAsync(Action<string> ready, CancellationToken cancellation)
    {
        using var listener = new HttpListener { IgnoreWriteExceptions = true };
        listener.Prefixes.Add($"http://{address}/");
        try
        {
            listener.Start();
        }
        catch (HttpListenerException e)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{address} can't be listened on: {e.Message}",
                "another program may have it, or this machine has no such address; name another one with --listen",
                e
            );
        }
        ready($"http://{address}/metrics");
        try
        {
            while (true)
            {
                await s_room.WaitAsync(cancellation);
                var context = await listener.GetContextAsync().WaitAsync(cancellation);
                _ = AnswerAsync(context, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            listener.Stop();
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, CancellationToken cancellation)
    {
        try
        {
            await AnswerAsync(context.Request, context.Response, cancellation);
            context.Response.Close();
        }
        catch (Exception e)
            when (e is HttpListenerException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            context.Response.Abort(); // the peer hung up, or it is the end
        }
        finally
        {
            s_room.Release();
        }
    }

    private async Task AnswerAsync(
        HttpListenerRequest request,
        HttpListenerResponse response,
        CancellationToken cancellation
    )
    {
        if (request.HttpMethod is not ("GET" or "HEAD"))
        {
            response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            response.Headers["Allow"] = "GET, HEAD";
            return;
        }
        switch (request.Url?.AbsolutePath)
        {
            case "/metrics":
                var (page, _) = await MetricsSource.ReadAsync(sockets, cancellation);
                await WriteAsync(request, response, ContentType, page, cancellation);
                break;
            case "/":
                await WriteAsync(request, response, "text/html; charset=utf-8", s_start, cancellation);
                break;
            default:
                response.StatusCode = (int)HttpStatusCode.NotFound;
                break;
        }
    }

    private static async Task WriteAsync(
        HttpListenerRequest request,
        HttpListenerResponse response,
        string contentType,
        byte[] body,
        CancellationToken cancellation
    )
    {
        response.ContentType = contentType;
        response.ContentLength64 = body.Length;
        if (request.HttpMethod == "GET")
            await response.OutputStream.WriteAsync(body, cancellation);
    }
}
