using System.CommandLine;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Status;
using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.ControlPlane;

/// <summary>The edgekmsd that <c>edgekms up</c> starts where none answers, with the settings that it was given itself.</summary>
internal static class LocalDaemon
{
    private const string Config = "--config=";

    public static DaemonStart Of(Session session, EdgeKmsSettings settings, ParseResult parsed)
    {
        // The child runs in "/".
        string[] given =
        [
            .. session
                .Settings.Given(parsed)
                .Select(a =>
                    a.StartsWith(Config, StringComparison.Ordinal) ? Config + Path.GetFullPath(a[Config.Length..]) : a
                ),
        ];
        return new DaemonStart(
            session.Daemon.Path(),
            given,
            cancellation => RequireRingAsync(session, settings, given, cancellation)
        );
    }

    private static async Task RequireRingAsync(
        Session session,
        EdgeKmsSettings settings,
        IReadOnlyList<string> given,
        CancellationToken cancellation
    )
    {
        var report = await StatusSource.AskAsync(
            DaemonSockets.Of(settings),
            session.Daemon,
            given,
            session.Time,
            cancellation
        );
        if (report.Daemon is { } daemon)
        {
            throw new CommandException(
                ExitCode.Busy,
                $"edgekmsd (process {daemon.Pid}) runs, but nothing answers at {settings.KmsSocket}",
                "name its KMS socket with --kms-socket, or stop it"
            );
        }
        if (string.Equals(report.State, "stopped", StringComparison.Ordinal))
            return;
        var problem = StatusVerdict.Problem(report);
        throw new CommandException(
            (ExitCode)report.ExitCode,
            problem?.Text ?? $"the key ring is {report.State}",
            problem?.Hint ?? "\"edgekms doctor\" says more"
        );
    }
}
