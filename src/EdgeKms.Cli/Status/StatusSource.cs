using System.Text.Json;
using EdgeKms.Cli.Handover;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Status;

/// <summary>
/// The status, from whoever can tell it: the daemon on its admin socket, else edgekmsd itself, which reads the ring's
/// header from the file.
/// </summary>
internal static class StatusSource
{
    /// <param name="sockets">Of the daemon.</param>
    /// <param name="daemon">Where edgekmsd is.</param>
    /// <param name="settings">The settings' options of this command line.</param>
    /// <param name="time">For the limits: 3 s on the socket, 10 s for the child.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<StatusReport> AskAsync(
        DaemonSockets sockets,
        DaemonProgram daemon,
        IReadOnlyList<string> settings,
        TimeProvider time,
        CancellationToken cancellation
    ) =>
        await StatusClient.AskAsync(sockets, AdminClient.Limit, cancellation)
        ?? await AskFileAsync(daemon, settings, time, cancellation);

    private static async Task<StatusReport> AskFileAsync(
        DaemonProgram daemon,
        IReadOnlyList<string> settings,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var answer = await DaemonProcess.AskAsync(
            daemon.Path(),
            ["status", "-o", "json", .. settings],
            time,
            cancellation
        );
        // It has said on standard error what is wrong; its exit code is all that is left to pass on.
        if (answer.Output.IsEmpty && answer.ExitCode != 0)
            throw new SilentExitException(answer.ExitCode);
        return Parse(answer.Output.Span);
    }

    /// <summary>Reads a report.</summary>
    /// <exception cref="CommandException">Exit code 1: it isn't one.</exception>
    public static StatusReport Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, AdminJson.Default.StatusReport) is { } report)
                return report;
        }
        catch (JsonException)
        {
            // Said below: where in the JSON it is helps nobody who can't see it.
        }
        throw new CommandException(
            ExitCode.Failed,
            "the answer of edgekmsd is not a status report",
            "\"edgekms version\" shows whether the two programs match"
        );
    }
}
