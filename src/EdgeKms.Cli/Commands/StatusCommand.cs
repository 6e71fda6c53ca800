using System.CommandLine;
using System.Text.Json;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms status</c>: exits with the report's own code.</summary>
internal sealed class StatusCommand : Command
{
    private readonly OutputOption _output = new();

    private readonly Option<bool> _all = new("--all")
    {
        Description = $"Show every key, not only the {StatusPage.FewKeys} newest.",
    };

    private readonly Session _session;

    public StatusCommand(Session session)
        : base("status", "Show the key ring, its keys and the daemon's health.")
    {
        _session = session;
        Options.Add(_output);
        Options.Add(_all);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var report = await StatusSource.AskAsync(
            DaemonSockets.Of(settings),
            _session.Daemon,
            _session.Settings.Given(parsed),
            _session.Time,
            cancellation
        );
        Print(report, parsed);
        return report.ExitCode;
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
        if (report.Problem is { } problem)
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
