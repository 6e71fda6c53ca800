using System.Text.Json;
using EdgeKms.Cli.Commands;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Status.Live;

/// <summary>
/// <c>edgekms status --watch</c>: frames on a terminal; elsewhere one line when something has changed, and nothing else.
/// </summary>
/// <param name="session">Terminal and clock.</param>
/// <param name="sockets">Of the daemon.</param>
/// <param name="ask">The status, from the daemon or the files.</param>
internal sealed class LiveStatus(
    Session session,
    DaemonSockets sockets,
    Func<CancellationToken, Task<StatusReport>> ask
)
{
    private readonly CallWindow _calls = new(session.Time);
    private StatusReport? _last;

    /// <summary>Until it is told to stop; the exit code of the last report.</summary>
    /// <param name="interval">Time between two looks.</param>
    /// <param name="change">Writes a change, where this is no terminal.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<int> RunAsync(TimeSpan interval, Action<StatusReport> change, CancellationToken cancellation)
    {
        using var screen = session.Terminal.Width is null ? null : new LiveScreen(session.Terminal);
        try
        {
            while (true)
            {
                if (screen is null)
                    await LookAsync(change, cancellation);
                else
                    await ShowAsync(screen, cancellation);
                await Task.Delay(interval, session.Time, cancellation);
            }
        }
        catch (OperationCanceledException) when (_last is not null)
        {
            return _last.ExitCode;
        }
    }

    private async Task ShowAsync(LiveScreen screen, CancellationToken cancellation)
    {
        _last = await ask(cancellation);
        var view = new LiveView(_last, [], []);
        if (_last.Daemon is not null)
            view = view with { Calls = await CallsAsync(cancellation), Events = await EventsAsync(cancellation) };
        var (width, height) = LiveScreen.Size;
        screen.Show(StatusVerdict.Of(_last).Tone, LiveFrame.Lines(view, session.Time.GetUtcNow(), width, height));
    }

    private async Task LookAsync(Action<StatusReport> change, CancellationToken cancellation)
    {
        var before = _last;
        _last = await ask(cancellation);
        if (before is null || Watched(before) != Watched(_last))
            change(_last);
    }

    /// <summary>What is worth a line: not ages, not the time of the self-test.</summary>
    private static (string, int, string?, string?, long?, bool?, string?, string?) Watched(StatusReport report) =>
        (
            report.State,
            report.ExitCode,
            report.Problem?.Code,
            report.Verdict?.Case,
            report.Ring?.Generation,
            report.Ring?.RotationOverdue,
            report.IsReencryptionCurrent ? report.Reencryption?.State : null,
            report.Ring?.Digest
        );

    private async Task<IReadOnlyList<CallRate>> CallsAsync(CancellationToken cancellation)
    {
        var metrics = await AskAsync("/metrics", cancellation);
        return metrics is null ? [] : _calls.Next(metrics);
    }

    private async Task<IReadOnlyList<AuditEntryReport>> EventsAsync(CancellationToken cancellation)
    {
        if (await AskAsync("/v1/events", cancellation) is not { } json)
            return [];
        try
        {
            return JsonSerializer.Deserialize(json, AdminJson.Default.AuditLogReport)?.Entries ?? [];
        }
        catch (JsonException)
        {
            return []; // of another version
        }
    }

    /// <summary>Null where the daemon went away meanwhile: the next frame says so.</summary>
    private async Task<byte[]?> AskAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await AdminClient.GetAsync(sockets, path, AdminClient.Limit, cancellation);
        }
        catch (CommandException)
        {
            return null;
        }
    }
}
