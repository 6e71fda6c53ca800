using System.Net.Sockets;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Http2;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Logging;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EdgeKms.Daemon.Serving;

/// <summary>
/// The web host, built empty: no configuration, no environment variable, no argument reaches Kestrel, so nothing but the
/// Unix sockets of the settings can be opened.
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
        ServiceNotices notices,
        TimeProvider time
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "edgekmsd" });
        LogSetup.AddTo(builder.Logging, settings);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(provider);
        builder.Services.AddSingleton(notices);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<DaemonFigures>();
        builder.Services.AddSingleton<RingKeeper>();
        builder.Services.AddSingleton<SelfTestLoop>();
        builder.Services.AddSingleton<ToldReports>();
        builder.Services.AddSingleton<DaemonStatus>();
        builder.Services.AddSingleton<AdminHandler>();
        builder.Services.AddSingleton<CallWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SelfTestLoop>());
        builder.Services.AddHostedService<RotationLoop>();
        builder.Services.AddHostedService<KeyUseLoop>();
        builder.Services.Configure<HostOptions>(o =>
        {
            o.ShutdownTimeout = DrainLimit;
            o.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore; // a Loop sees to itself
        });
        builder.Services.AddGrpc(o =>
        {
            o.MaxReceiveMessageSize = settings.KmsMaxRequestBytes;
            o.MaxSendMessageSize = null; // as long as the request, with the envelope's overhead
            o.EnableDetailedErrors = false;
        });
        builder.WebHost.UseKestrelCore();
        var access = SocketAccess.Of(settings);
        builder.Services.AddSingleton(access);
        builder.Services.AddSingleton(services => new SocketSource(
            settings,
            access,
            activated,
            services.GetRequiredService<ILogger<SocketSource>>()
        ));
        builder
            .Services.AddOptions<SocketTransportOptions>()
            .Configure<SocketSource>((o, sockets) => o.CreateBoundListenSocket = sockets.Bind);
        builder.WebHost.ConfigureKestrel(o => Listen(o, settings, access));

        var app = builder.Build();
        var admin = app.Services.GetRequiredService<AdminHandler>();
        var watch = app.Services.GetRequiredService<CallWatch>();
        app.Use(next =>
            context =>
                context.Features.Get<Peer>() is { } peer && peer.Surface != Surface.Kms
                    ? admin.Handle(context, peer)
                    : watch.Handle(context, next)
        );
        app.MapGrpcService<KmsService>();
        if (settings.KmsV1)
        {
            app.MapGrpcService<KmsV1Service>();
            app.Services.GetRequiredService<DaemonFigures>().ExpectV1();
        }
        return app;
    }

    private static void Listen(KestrelServerOptions options, EdgeKmsSettings settings, SocketAccess access)
    {
        var figures = options.ApplicationServices.GetRequiredService<DaemonFigures>();
        var log = options.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeKms.Sockets");
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = settings.KmsMaxConnections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        // gRPC refuses a message by the length in its first 5 bytes; a limit of Kestrel's own would race with that answer.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.KeepAliveTimeout = KeepAlive;
        options.Limits.Http2.MaxStreamsPerConnection = settings.KmsMaxStreams;
        // What the filter of the authority counts with: it and Kestrel have to forget the same header fields.
        options.Limits.Http2.HeaderTableSize = HeaderNames.MaxSize;
        options.Limits.Http2.MaxFrameSize = AuthorityFilter.MaxFrame;
        ListenOn(
            options,
            settings.KmsSocket,
            HttpProtocols.Http2,
            new PeerCheck(Surface.Kms, settings.KmsAllowedUids, null, figures, log),
            settings.KmsAnyAuthority ? new AnyAuthority(log) : null
        );
        ListenOn(
            options,
            settings.AdminSocket,
            HttpProtocols.Http1,
            new PeerCheck(Surface.Admin, [], null, figures, log)
        );
        if (access.ObserverGroup is not { } observers)
            return;
        DaemonLog.Observed(log, settings.ObserverGroup, settings.ObserverSocket);
        ListenOn(
            options,
            settings.ObserverSocket,
            HttpProtocols.Http1,
            new PeerCheck(Surface.Observer, [], observers, figures, log)
        );
    }

    private static void ListenOn(
        KestrelServerOptions options,
        string path,
        HttpProtocols protocols,
        PeerCheck peers,
        AnyAuthority? authority = null
    ) =>
        options.ListenUnixSocket(
            path,
            listen =>
            {
                listen.Protocols = protocols;
                listen.Use(next => connection => peers.OnConnection(connection, next));
                if (authority is not null)
                    listen.Use(next => connection => authority.OnConnection(connection, next));
            }
        );
}
