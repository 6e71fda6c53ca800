using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Status.Live;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms status</c>: exits with the report's own code.</summary>
internal sealed class StatusCommand : Command
{
    private readonly OutputOption _output = new();

    private readonly Option<bool> _all = new("--all")
    {
        Description = $"Show every key, not only the {StatusPage.FewKeys} newest.",
    };

    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "Stay and show it live; without a terminal, one line for each change.",
    };

    private readonly Option<string> _interval = new("--interval")
    {
        Description = "Time between two looks with --watch (1s to 1h).",
        HelpName = "TIME",
        DefaultValueFactory = _ => "2s",
    };

    private readonly Session _session;

    public StatusCommand(Session session)
        : base("status", "Show the key ring, its keys and the daemon's health.")
    {
        _session = session;
        Options.Add(_output);
        Options.Add(_all);
        Options.Add(_watch);
        Options.Add(_interval);
        _interval.Validators.Add(result =>
        {
            if (
                !DurationText.TryParse(result.GetValueOrDefault<string>()!, out var time)
                || time < TimeSpan.FromSeconds(1)
                || time > TimeSpan.FromHours(1)
            )
                result.AddError("--interval takes a whole number and a unit, such as 2s or 1m; 1s to 1h");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var sockets = DaemonSockets.Of(settings);
        if (parsed.GetValue(_watch))
        {
            _ = DurationText.TryParse(parsed.GetRequiredValue(_interval), out var interval);
            return await new LiveStatus(_session, sockets, AskAsync).RunAsync(
                interval,
                report => PrintChange(report, parsed.GetValue(_output)),
                cancellation
            );
        }
        var report = await AskAsync(cancellation);
        Print(report, parsed);
        return report.ExitCode;

        Task<StatusReport> AskAsync(CancellationToken stop) =>
            StatusSource.AskAsync(sockets, _session.Daemon, _session.Settings.Given(parsed), _session.Time, stop);
    }

    /// <summary>One line: the moment, the verdict and what changes; or the whole report as one line of JSON.</summary>
    private void PrintChange(StatusReport report, OutputFormat format)
    {
        var output = _session.Terminal.Output;
        if (format == OutputFormat.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(report, AdminJson.Line.StatusReport));
            return;
        }
        var ring = report.Ring is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"; generation {known.Generation}")
            : "";
        var active = report.Ring?.Keys.FirstOrDefault(k => k.State == "active") is { } key ? $", key {key.Id}" : "";
        var told =
            report.Reencryption is { } reencryption && report.IsReencryptionCurrent
                ? $"; re-encryption {reencryption.State}"
                : "";
        var moment = _session
            .Time.GetUtcNow()
            .UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var doubt = StatusVerdict.Doubt(report) is { } verdict ? $"; {verdict.Text}" : "";
        output.WriteLine(Printable.Text($"{moment} {StatusVerdict.Of(report).Text}{ring}{active}{told}{doubt}"));
    }

    private void Print(StatusReport report, ParseResult parsed)
    {
        var terminal = _session.Terminal;
        if (parsed.GetValue(_output) == OutputFormat.Json)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.StatusReport));
            return;
        }
        StatusPage.Of(report, _session.Time.GetUtcNow(), parsed.GetValue(_all)).WriteTo(terminal);
        if (StatusVerdict.Problem(report) is { } problem)
        {
            var pair = new CommandException(
                (ExitCode)report.ExitCode,
                Printable.Text(problem.Text),
                Printable.Text(problem.Hint)
            );
            pair.WriteTo(terminal.Error, CommandLineProgram.Name);
        }
    }
}
