using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.Daemon.Http2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>Kestrel on a Unix socket; it answers each request with what it has got.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("edgekms-echo-").FullName;
    private readonly WebApplication _app;

    internal EchoServer(AnyAuthority? filter)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(o =>
            o.ListenUnixSocket(
                Path,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    if (filter is not null)
                        listen.Use(next => connection => filter.OnConnection(connection, next));
                }
            )
        );
        _app = builder.Build();
        _app.Run(Echo);
    }

    private string Path => System.IO.Path.Combine(_directory, "s");

    internal Task Start() => _app.StartAsync();

    internal async Task<RawClient> Connect(int seed)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path));
        return new RawClient(new NetworkStream(socket, ownsSocket: true), new Random(seed), new Random(~seed));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task Echo(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var text = new StringBuilder();
        text.Append($"{context.Request.Method} {context.Request.Scheme} {context.Request.Path}\n");
        foreach (var (name, value) in context.Request.Headers.OrderBy(h => h.Key, StringComparer.Ordinal))
            text.Append($"{name}: {value}\n");
        text.Append(Convert.ToHexString(SHA256.HashData(body.ToArray())));
        await context.Response.WriteAsync(text.ToString());
    }
}
