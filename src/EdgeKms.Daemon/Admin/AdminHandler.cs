using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Admin;

/// <summary>
/// HTTP/1.1 with JSON on the admin socket: <c>GET /v1/status</c>, <c>GET /v1/events</c>, <c>POST /v1/reload</c>,
/// <c>POST /v1/persist</c>, <c>PUT /v1/reencryption</c>, <c>PUT /v1/scan</c>; <c>GET /metrics</c> is text. The observer socket answers
/// what only reads, and takes reports from one user.
/// </summary>
internal sealed class AdminHandler(
    EdgeKmsSettings settings,
    SocketAccess access,
    Provider provider,
    RingKeeper keeper,
    DaemonStatus status,
    DaemonFigures figures,
    ToldReports told,
    TimeProvider time
)
{
    /// <summary>Entries of the audit log that <c>GET /v1/events</c> shows.</summary>
    private const int Events = 20;

    private readonly AuditLog _audit = AuditLog.Open(settings.StateDirectory, time);

    internal async Task Handle(HttpContext context, Peer peer)
    {
        var (request, response) = (context.Request, context.Response);
        if (peer.Surface == Surface.Observer && !MayObserve(request.Method, peer))
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        switch (request.Method, request.Path.Value)
        {
            case ("GET", "/v1/status"):
                await Write(context, status.Now(), AdminJson.Readable.StatusReport);
                break;
            case ("GET", "/v1/events"):
                await Write(context, NewestEvents(), AdminJson.Readable.AuditLogReport);
                break;
            case ("GET", "/metrics"):
                response.ContentType = MetricsPage.ContentType;
                await response.WriteAsync(MetricsPage.Of(status.Now(), figures), context.RequestAborted);
                break;
            case ("POST", "/v1/reload"):
                await Answer(context, await keeper.ReloadAsync(context.RequestAborted));
                break;
            case ("POST", "/v1/adopt"):
                await Answer(context, await keeper.AdoptAsync(context.RequestAborted));
                break;
            case ("POST", "/v1/persist"):
                await Answer(context, await keeper.PersistAsync(context.RequestAborted));
                break;
            case ("PUT", "/v1/reencryption"):
                response.StatusCode = Taken(await told.TakeReencryptionAsync(request.Body, context.RequestAborted));
                break;
            case ("PUT", "/v1/scan"):
                response.StatusCode = Taken(
                    await told.TakeScanAsync(
                        request.Body,
                        provider.Current.Stored?.Ring.Header.Id.Text,
                        context.RequestAborted
                    )
                );
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    /// <summary>A report of somebody else could say that all is well.</summary>
    private bool MayObserve(string method, Peer peer) =>
        method == "GET" || (method == "PUT" && (peer.User == 0 || peer.User == access.Reporter));

    private static int Taken(bool taken) => taken ? StatusCodes.Status204NoContent : StatusCodes.Status400BadRequest;

    /// <summary>Newest first.</summary>
    private AuditLogReport NewestEvents()
    {
        try
        {
            return new AuditLogReport([.. _audit.NewestFirst().Take(Events).Select(Reports.Of)], 0);
        }
        catch (EdgeKmsException)
        {
            return new AuditLogReport([], 0); // doctor says why
        }
    }

    private Task Answer(HttpContext context, ErrorCode? problem)
    {
        var generation = provider.Current.Stored?.Ring.Header.Generation ?? 0;
        var report = new ReloadReport(generation, problem is { } code ? ErrorTable.ToProblem(code) : null);
        return Write(context, report, AdminJson.Readable.ReloadReport);
    }

    private static async Task Write<T>(HttpContext context, T report, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(report, type);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
