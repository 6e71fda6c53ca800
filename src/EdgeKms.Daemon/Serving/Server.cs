using System.Net;
using System.Net.Sockets;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.Failures;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EdgeKms.Daemon.Serving;

/// <summary>
/// The web host, built empty: no configuration, no environment variable, no argument reaches Kestrel, so nothing but the
/// two Unix sockets can be opened.
/// </summary>
internal static class Server
{
    /// <summary>kube-apiserver's clients idle for 30 minutes at most (grpc-go); a little more never cuts one off.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(35);

    /// <summary>Kestrel waits this long for clients that do not hang up after GOAWAY; calls take microseconds.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    internal static WebApplication Build(
        EdgeKmsSettings settings,
        Provider provider,
        IReadOnlyDictionary<string, Socket> activated,
        TimeProvider time
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "edgekmsd" });
        AddLogging(builder.Logging, settings.LogLevel);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(provider);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<RingKeeper>();
        builder.Services.AddSingleton<SelfTestLoop>();
        builder.Services.AddSingleton<AdminHandler>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SelfTestLoop>());
        builder.Services.AddHostedService<RotationLoop>();
        builder.Services.AddHostedService<KeyUseLoop>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = DrainLimit);
        builder.Services.AddGrpc(o =>
        {
            o.MaxReceiveMessageSize = settings.KmsMaxRequestBytes;
            o.MaxSendMessageSize = null; // as long as the request, with the envelope's overhead
            o.EnableDetailedErrors = false;
        });
        builder.WebHost.UseKestrelCore();
        uint? group = settings.KmsGroup.Length == 0 ? null : Ownership.GroupId(settings.KmsGroup);
        builder.Services.Configure<SocketTransportOptions>(o =>
            o.CreateBoundListenSocket = endPoint => Bind(endPoint, settings, group, activated)
        );
        builder.WebHost.ConfigureKestrel(o => Listen(o, settings));

        var app = builder.Build();
        var admin = app.Services.GetRequiredService<AdminHandler>();
        app.Use(next =>
            context => context.Features.Get<Surface>() == Surface.Admin ? admin.Handle(context) : next(context)
        );
        app.MapGrpcService<KmsService>();
        return app;
    }

    private static void Listen(KestrelServerOptions options, EdgeKmsSettings settings)
    {
        var log = options.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeKms.Sockets");
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = settings.KmsMaxConnections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        // gRPC refuses a message by the length in its first 5 bytes; a limit of Kestrel's own would race with that answer.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.KeepAliveTimeout = KeepAlive;
        options.Limits.Http2.MaxStreamsPerConnection = settings.KmsMaxStreams;
        ListenOn(
            options,
            settings.KmsSocket,
            HttpProtocols.Http2,
            new PeerCheck(Surface.Kms, settings.KmsAllowedUids, log)
        );
        ListenOn(options, settings.AdminSocket, HttpProtocols.Http1, new PeerCheck(Surface.Admin, [], log));
    }

    private static void ListenOn(KestrelServerOptions options, string path, HttpProtocols protocols, PeerCheck peers) =>
        options.ListenUnixSocket(
            path,
            listen =>
            {
                listen.Protocols = protocols;
                listen.Use(next => connection => peers.OnConnection(connection, next));
            }
        );

    private static Socket Bind(
        EndPoint endPoint,
        EdgeKmsSettings settings,
        uint? group,
        IReadOnlyDictionary<string, Socket> activated
    )
    {
        if (endPoint is not UnixDomainSocketEndPoint)
            throw new EdgeKmsException(ErrorCode.SocketFailed, "only Unix sockets are served");
        var isKms = string.Equals(endPoint.ToString(), settings.KmsSocket, StringComparison.Ordinal);
        if (activated.TryGetValue(isKms ? "kms" : "admin", out var inherited))
            return inherited;
        return isKms ? BoundSocket.Bind(settings.KmsSocket, group) : BoundSocket.Bind(settings.AdminSocket, null);
    }

    private static void AddLogging(ILoggingBuilder logging, string level)
    {
        logging.SetMinimumLevel(
            level switch
            {
                "error" => LogLevel.Error,
                "warning" => LogLevel.Warning,
                "debug" => LogLevel.Debug,
                _ => LogLevel.Information,
            }
        );
        // The framework's own lines may quote what the peer sent: only its failures are wanted.
        logging.AddFilter("Microsoft", LogLevel.Error);
        logging.AddFilter("Grpc", LogLevel.Error);
        logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
            o.UseUtcTimestamp = true;
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o =>
            o.LogToStandardErrorThreshold = LogLevel.Trace
        );
    }
}
