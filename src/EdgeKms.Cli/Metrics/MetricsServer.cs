using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeKms.Cli.Metrics;

/// <summary>
/// <c>GET /metrics</c> over HTTP for Prometheus. Each one asks the daemon anew. The web host is built empty: nothing but the one
/// address can be opened.
/// </summary>
internal static class MetricsServer
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    private const int Connections = 32;

    private static readonly byte[] s_start = Encoding.UTF8.GetBytes(
        "<!doctype html><html lang=\"en\"><title>edgekms metrics</title><p><a href=\"/metrics\">Metrics</a></p></html>\n"
    );

    /// <summary>Serves until it is told to stop.</summary>
    /// <param name="address">Where; port 0 takes a free one.</param>
    /// <param name="sockets">Whose metrics.</param>
    /// <param name="ready">Gets the address with its port.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">Exit code 1: the address can't be had.</exception>
    internal static async Task RunAsync(
        IPEndPoint address,
        DaemonSockets sockets,
        Action<string> ready,
        CancellationToken cancellation
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "edgekms" });
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(o =>
            {
                o.AddServerHeader = false;
                o.Limits.MaxConcurrentConnections = Connections;
                o.Limits.MaxRequestBodySize = 0;
                o.Listen(address, l => l.Protocols = HttpProtocols.Http1);
            });
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(context, sockets));
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new CommandException(
                ExitCode.Failed,
                $"{address} can't be listened on: {(e.InnerException ?? e).Message}",
                "another program may have it, or this machine has no such address; name another one with --listen",
                e
            );
        }
        ready(app.Urls.First());
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
    }

    private static async Task AnswerAsync(HttpContext context, DaemonSockets sockets)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Method != HttpMethods.Get && request.Method != HttpMethods.Head)
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return;
        }
        switch (request.Path.Value)
        {
            case "/metrics":
                var (page, _) = await MetricsSource.ReadAsync(sockets, context.RequestAborted);
                await WriteAsync(response, ContentType, page, context.RequestAborted);
                break;
            case "/":
                await WriteAsync(response, "text/html; charset=utf-8", s_start, context.RequestAborted);
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task WriteAsync(
        HttpResponse response,
        string contentType,
        byte[] body,
        CancellationToken cancellation
    )
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (response.HttpContext.Request.Method == HttpMethods.Get)
            await response.Body.WriteAsync(body, cancellation);
    }
}
