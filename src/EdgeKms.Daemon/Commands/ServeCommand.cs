using System.CommandLine;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Notices;
using EdgeKms.Contract.Settings;
using EdgeKms.Contract.Versions;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Serving;
using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>edgekmsd serve</c>: answers kube-apiserver until SIGTERM or SIGINT.</summary>
internal static class ServeCommand
{
    internal static Command Create(SettingOptions options, TimeProvider time, IoStreams io)
    {
        var command = new Command(
            "serve",
            "Serve KMS v2 (with kms.v1 also KMS v1) to kube-apiserver on kms.socket until SIGTERM."
        );
        command.SetAction(
            (parse, cancellation) => Failures.Guard(() => Run(options.Read(parse), time, cancellation), io)
        );
        return command;
    }

    private static async Task<int> Run(EdgeKmsSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        // Before anything else: whoever starts the daemon may stop it at once, and the signal must not meet a half-made process.
        using var signals = new StopSignals();
        var dumpsForbidden = ProcessMemory.ForbidDumps();
        var activated = SocketActivation.Take(Environment.GetEnvironmentVariable, Environment.ProcessId);
        var notices = new ServiceNotices(Environment.GetEnvironmentVariable, Environment.ProcessId);
        var provider = new Provider();
        await using var app = Server.Build(settings, provider, activated, notices, time);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeKms.Serve");
        if (!dumpsForbidden)
            DaemonLog.DumpsAllowed(log);
        try
        {
            await Serve(app, log, settings, notices, signals, cancellation);
            return 0;
        }
        catch (Exception e) when (settings.LogsJson && e is not OperationCanceledException)
        {
            // Whoever reads JSON gets JSON to the end; without it the pair is the process's, as of any command.
            DaemonLog.Ended(log, e);
            return (int)Failure.Of(e, "the log").ExitCode;
        }
    }

    private static async Task Serve(
        WebApplication app,
        ILogger log,
        EdgeKmsSettings settings,
        ServiceNotices notices,
        StopSignals signals,
        CancellationToken cancellation
    )
    {
        // The ring first: when the sockets are there, the first Status is right. Without a usable ring the daemon serves
        // all the same, says what to run, and recovers by itself once it is there.
        if (await app.Services.GetRequiredService<RingKeeper>().ReloadAsync(cancellation) == ErrorCode.AlreadyServing)
            throw new EdgeKmsException(ErrorCode.AlreadyServing, "another edgekmsd serves this key ring");
        await app.StartAsync(cancellation);
        DaemonLog.Serving(
            log,
            ProgramVersion.Of(typeof(ServeCommand).Assembly),
            settings.KmsSocket,
            Environment.ProcessId
        );
        if (settings.KmsV1)
            DaemonLog.V1Served(log);
        notices.Ready();

        await signals.WaitAsync(cancellation);
        notices.Stopping();
        DaemonLog.Stopping(log);
        await app.StopAsync(CancellationToken.None);
    }
}
