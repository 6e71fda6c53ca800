using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Report;
using EdgeKms.Cli.Report.Html;
using EdgeKms.Cli.Scan;
using EdgeKms.Cluster.Report;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms report</c>: exits with 0 when the report was made, whatever it says.</summary>
internal sealed class ReportCommand : Command
{
    private const string StandardOutput = "-";

    // --output is the file here, as for "logs".
    private readonly OutputOption _format = new("--format");

    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();
    private readonly ScanOptions _scan = new();

    private readonly Option<string?> _file = new("--output")
    {
        Description =
            "The page to write, - for standard output; without it edgekms-report-DATE.html in this directory, and no page with -o json.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _kept = new("--scan")
    {
        Description = "What \"edgekms scan -o json\" printed, instead of a scan now.",
        HelpName = "FILE",
    };

    private readonly Session _session;

    public ReportCommand(Session session)
        : base("report", "Write the page for an auditor: keys, rotation, stored objects, health; one HTML file.")
    {
        _session = session;
        Options.Add(_file);
        Options.Add(_kept);
        _scan.AddTo(this);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_format);
        Validators.Add(result =>
        {
            if (result.GetValue(_file) == StandardOutput && result.GetValue(_format) == OutputFormat.Json)
                result.AddError("--output - and -o json exclude each other: both go to standard output");
            else if (result.GetValue(_kept) is not null && _scan.AreGiven(result))
                result.AddError("--scan excludes the options of a scan that is made now");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var isJson = parsed.GetValue(_format) == OutputFormat.Json;
        var file = FileOf(parsed, isJson);
        if (file is not (null or StandardOutput))
            ReportFile.Refuse(file);
        var kept = parsed.GetValue(_kept) is { } path ? KeptScan.Read(path) : null;
        var scan = kept is null ? new ScanRun(_session, _scan, _datastore) : null;
        var gathering = new ReportGathering(_session, _apiServer, scan, kept);
        var report = KmsReport.Of(await gathering.AskAsync(parsed, settings, cancellation));
        Hand(report, file, isJson);
        return 0;
    }

    private void Hand(KmsReport report, string? file, bool isJson)
    {
        var output = _session.Terminal.Output;
        var page = file is null ? null : ReportPage.Write(report);
        if (file is not (null or StandardOutput))
            ReportFile.Write(file, Encoding.UTF8.GetBytes(page!));
        if (isJson)
            output.WriteLine(JsonSerializer.Serialize(report, KmsReportJson.Readable.KmsReport));
        else if (file == StandardOutput)
            output.Write(page);
        else
            Print(report, file!, Encoding.UTF8.GetByteCount(page!));
    }

    private string? FileOf(ParseResult parsed, bool isJson)
    {
        if (parsed.GetValue(_file) is { } named)
            return named == StandardOutput ? named : Path.GetFullPath(named);
        var now = _session.Time.GetUtcNow().UtcDateTime;
        return isJson
            ? null
            : Path.GetFullPath(
                string.Create(CultureInfo.InvariantCulture, $"edgekms-report-{now:yyyyMMdd-HHmmss}.html")
            );
    }

    private void Print(KmsReport report, string file, int bytes)
    {
        var output = _session.Terminal.Output;
        var width = report.Summary.Max(p => p.Title.Length);
        var words = report.Summary.Max(p => ReportOutcome.Word(p.Outcome).Length);
        foreach (var point in report.Summary)
        {
            output.WriteLine(
                $"{point.Title.PadRight(width)}  {ReportOutcome.Word(point.Outcome).PadRight(words)}  {Printable.Text(point.Text)}"
            );
        }
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Printable.Text(file)}: {bytes / 1024.0:0} KiB; no key, passphrase or token is in it"
            )
        );
    }
}
