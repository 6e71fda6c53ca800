using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Admin;

/// <summary>The admin socket: HTTP/1.1 with JSON. <c>GET /v1/status</c>, <c>POST /v1/reload</c>, <c>POST /v1/persist</c>, <c>PUT /v1/reencryption</c>; <c>GET /metrics</c> is text.</summary>
internal sealed class AdminHandler(
    EdgeKmsSettings settings,
    Provider provider,
    RingKeeper keeper,
    SelfTestLoop selfTest,
    TimeProvider time
)
{
    private const int MaxText = 256;
    private const int MaxProblem = 1000;

    private readonly DateTime _started = UtcText.Now(time);

    private volatile ReencryptionReport? _reencryption;

    internal async Task Handle(HttpContext context)
    {
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", "/v1/status"):
                await Write(context, Status(), AdminJson.Readable.StatusReport);
                break;
            case ("POST", "/v1/reload"):
                await Answer(context, await keeper.ReloadAsync(context.RequestAborted));
                break;
            case ("POST", "/v1/persist"):
                await Answer(context, await keeper.PersistAsync(context.RequestAborted));
                break;
            case ("PUT", "/v1/reencryption"):
                await TakeAsync(context);
                break;
            case ("GET", "/metrics"):
                context.Response.ContentType = MetricsPage.ContentType;
                await context.Response.WriteAsync(MetricsPage.Of(Status()), context.RequestAborted);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    internal StatusReport Status() => Report() with { Reencryption = _reencryption };

    private async Task TakeAsync(HttpContext context)
    {
        try
        {
            var report = await JsonSerializer.DeserializeAsync(
                context.Request.Body,
                AdminJson.Default.ReencryptionReport,
                context.RequestAborted
            );
            // Short: it comes back in every status.
            if (
                report is { KeyId.Length: <= MaxText, State.Length: <= MaxText }
                && report.Problem is null or { Length: <= MaxProblem }
            )
            {
                _reencryption = report;
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }
        catch (JsonException)
        {
            // Said below.
        }
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
    }

    private StatusReport Report()
    {
        var snapshot = provider.Current;
        var daemon = new DaemonReport(Environment.ProcessId, _started);
        var sockets = StatusReporter.Sockets(settings, answering: true);
        if (snapshot.Stored is not { } stored)
        {
            var entry = ErrorTable.Of(snapshot.Problem);
            return StatusReporter.Report(
                StatusReporter.State(snapshot.Problem),
                entry.Exit,
                ErrorTable.ToProblem(snapshot.Problem),
                daemon,
                HeaderOnly(),
                sockets,
                null
            );
        }
        ErrorCode? code =
            provider.SelfTestFailed ? ErrorCode.SelfTestFailed
            : keeper.DiskProblem is { } disk ? disk
            : stored.CheckpointIsWhole ? null
            : ErrorCode.CheckpointDamaged;
        // The service goes on with the ring in memory: only a failed self-test makes the daemon unhealthy, but what would
        // stop the next start is no success either.
        var exit = code is { } c ? ErrorTable.Of(c).Exit : ExitCode.Ok;
        return StatusReporter.Report(
            "unsealed",
            exit,
            code is { } known ? ErrorTable.ToProblem(known) : null,
            daemon,
            StatusReporter.Ring(stored.Ring.Header, stored.Digest, authenticated: true, settings, time),
            sockets,
            selfTest.Last
        );
    }

    private RingReport? HeaderOnly()
    {
        try
        {
            var loaded = RingStore.Open(settings.StateDirectory, time).Load();
            return StatusReporter.Ring(loaded.Header, loaded.Sealed.Digest, authenticated: false, settings, time);
        }
        catch (EdgeKmsException)
        {
            return null; // the problem of the report says why
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
