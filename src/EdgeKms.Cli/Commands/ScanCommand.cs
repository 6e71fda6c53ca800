using System.CommandLine;
using System.Text.Json;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Scan;
using EdgeKms.Cluster.Verify;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms scan</c>: exits with 0, 1 or 2, as doctor does, and with 11 where the active key is needed and not known.</summary>
internal sealed class ScanCommand : Command
{
    private readonly OutputOption _output = new();
    private readonly ScanOptions _scan = new();
    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();
    private readonly Session _session;

    public ScanCommand(Session session)
        : base(
            "scan",
            "Count the stored objects by key. Exits with 0: all active; 1: some stale; 2: some in the clear, foreign or unreadable."
        )
    {
        _session = session;
        _scan.AddTo(this);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_output);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var server = _scan.Snapshot(parsed) is null ? _apiServer.Find(parsed) : null;
        var run = new ScanRun(_session, _scan, _datastore);
        var configured = run.Writers(parsed, settings);
        var (report, state) = await run.ReportAsync(parsed, server, settings, cancellation);
        return Print(report, state, configured, parsed.GetValue(_output));
    }

    private int Print(ScanReport report, ProviderState state, ConfiguredWriters configured, OutputFormat format)
    {
        var terminal = _session.Terminal;
        if (format == OutputFormat.Json)
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, ScanJson.Readable.ScanReport));
        else
            ScanText.Write(report, state.Problem, configured, terminal);
        if (report.ExitCode == (int)ExitCode.Unreachable)
        {
            new CommandException(
                ExitCode.Unreachable,
                $"the active key is not known: {Printable.Text(state.Problem ?? "the key ring has none")}",
                "give it with --active-key ID, or start the daemon and run the command again"
            ).WriteTo(terminal.Error, CommandLineProgram.Name);
        }
        return report.ExitCode;
    }
}
