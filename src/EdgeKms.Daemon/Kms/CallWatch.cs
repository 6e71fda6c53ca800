using System.Diagnostics;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeKms.Daemon.Kms;

/// <summary>
/// Counts each call of the KMS socket and gives it its line in the log, also those that gRPC refuses before a method runs:
/// too long, unknown, not gRPC at all.
/// </summary>
internal sealed class CallWatch(DaemonFigures figures, TimeProvider time, ILogger<CallWatch> log)
{
    private const string Service = "/v2.KeyManagementService/";
    private const string V1Service = "/v1beta1.KeyManagementService/";
    private const string StatusHeader = "grpc-status";

    internal async Task Handle(HttpContext context, RequestDelegate next)
    {
        var method = Method(context.Request.Path.Value);
        using var activity = DaemonFigures.Activities.StartActivity("kms", ActivityKind.Server);
        var started = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var duration = time.GetElapsedTime(started);
            var code = Code(context);
            var note = context.Features.Get<CallNote>();
            figures.Called(method, code, duration);
            if (activity is not null)
                Describe(activity, method, code, note);
            Log(method, code, duration, note);
        }
    }

    private static KmsMethod Method(string? path) =>
        path switch
        {
            Service + "Status" => KmsMethod.Status,
            Service + "Encrypt" => KmsMethod.Encrypt,
            Service + "Decrypt" => KmsMethod.Decrypt,
            V1Service + "Version" => KmsMethod.V1Version,
            V1Service + "Encrypt" => KmsMethod.V1Encrypt,
            V1Service + "Decrypt" => KmsMethod.V1Decrypt,
            _ => KmsMethod.Other,
        };

    /// <summary>From the trailers, or the headers where there is no body. A call without one was left by its peer.</summary>
    private static StatusCode Code(HttpContext context)
    {
        string? status = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers[StatusHeader];
        status ??= context.Response.Headers[StatusHeader];
        return status is null && context.RequestAborted.IsCancellationRequested
            ? StatusCode.Cancelled
            : KmsCode.Parse(status);
    }

    /// <summary>By OpenTelemetry's names for RPC spans.</summary>
    private static void Describe(Activity activity, KmsMethod method, StatusCode code, CallNote? note)
    {
        var (service, name) = Names(method);
        activity.DisplayName = $"{service}/{name}";
        activity.SetTag("rpc.system", "grpc");
        activity.SetTag("rpc.service", service);
        activity.SetTag("rpc.method", name);
        activity.SetTag("rpc.grpc.status_code", (int)code);
        activity.SetTag("edgekms.uid", note?.Uid.ToString());
        activity.SetTag("edgekms.key.hash", note?.Key?.Hash);
        if (code != StatusCode.OK)
            activity.SetStatus(ActivityStatusCode.Error);
    }

    private static (string Service, string Method) Names(KmsMethod method) =>
        method switch
        {
            KmsMethod.V1Version => ("v1beta1.KeyManagementService", "Version"),
            KmsMethod.V1Encrypt => ("v1beta1.KeyManagementService", "Encrypt"),
            KmsMethod.V1Decrypt => ("v1beta1.KeyManagementService", "Decrypt"),
            _ => ("v2.KeyManagementService", method.ToString()),
        };

    private void Log(KmsMethod method, StatusCode code, TimeSpan duration, CallNote? note)
    {
        var uid = note?.Uid ?? CallId.None;
        var key = note?.Key?.Hash ?? "-";
        var seconds = Math.Round(duration.TotalSeconds, 6);
        if (code == StatusCode.OK)
        {
            // kube-apiserver asks for the Status each minute, for years, and wraps and unwraps "ping" with KMS v1.
            var isHealthCheck = method == KmsMethod.Status || note is { IsHealthCheck: true };
            var level = isHealthCheck ? LogLevel.Debug : LogLevel.Information;
            DaemonLog.Called(log, level, method, uid, key, code, seconds);
            return;
        }
        var problem = note?.Problem is { } known ? ErrorTable.Name(known) : "refused";
        DaemonLog.CallFailed(log, method, uid, key, code, seconds, problem);
    }
}
