using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Logs;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Logs;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms logs</c>.</summary>
internal sealed class LogsCommand : Command
{
    // --output is the file here, as the published cmdlet has it.
    private readonly OutputOption _output = new("--format");

    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();

    private readonly Option<string?> _file = new("--output")
    {
        Description = "The zip to write; without it edgekms-logs-DATE.zip in this directory.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _deployment = new("--deployment-file")
    {
        Description = "An aksedge-config.json to put in as well, without its secrets.",
        HelpName = "FILE",
    };

    private readonly Option<string> _configuration = new("--encryption-config")
    {
        Description = "The API server's EncryptionConfiguration, which is put in without its keys.",
        HelpName = "FILE",
        DefaultValueFactory = _ => ConfiguredProviders.DefaultFile,
    };

    private readonly Session _session;

    public LogsCommand(Session session)
        : base("logs", "Collect what helps to find a fault into a zip, without any secret.")
    {
        _session = session;
        foreach (var option in new Option[] { _file, _deployment, _configuration })
            Options.Add(option);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_output);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var isText = parsed.GetValue(_output) == OutputFormat.Text;
        var now = _session.Time.GetUtcNow();
        var steps = StepLines.Of(_session, parsed.GetValue(_output));
        var usual = string.Create(CultureInfo.InvariantCulture, $"edgekms-logs-{now.UtcDateTime:yyyyMMdd-HHmmss}.zip");
        var file = Path.GetFullPath(parsed.GetValue(_file) ?? usual);
        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new CommandException(
                ExitCode.Usage,
                $"there is no directory {Path.GetDirectoryName(file)}",
                "name a file in a directory that exists, with --output"
            );
        }
        var entries = new List<LogEntry>();
        steps.Write("Asking EdgeKms");
        entries.AddRange(
            await new OwnReports(_session, _session.Settings.Given(parsed)).CollectAsync(
                _session.Settings.FileOf(parsed),
                parsed.GetRequiredValue(_configuration),
                parsed.GetValue(_deployment),
                cancellation
            )
        );
        entries.Add(RingHeader.Read(settings.StateDirectory));
        steps.Write("Asking the API server");
        entries.Add(await VerifyEntryAsync(parsed, settings, cancellation));
        steps.Write("Reading the machine's logs");
        var target = TargetName.Parse(DeploymentRecord.Read(new ImageRoot("/"))?.Target);
        entries.AddRange(
            await new MachineLogs(_session.Time).CollectAsync(target, settings.StateDirectory, cancellation)
        );
        var bytes = LogArchive.Write(file, entries, now);
        Print(
            new LogsReport(
                file,
                bytes,
                [.. entries.Where(e => e.Text.Length > 0).Select(e => e.Name)],
                entries
                    .Where(e => e.Problem is not null)
                    .ToDictionary(e => e.Name, e => e.Problem!, StringComparer.Ordinal)
            ),
            isText
        );
        return 0;
    }

    private void Print(LogsReport report, bool isText)
    {
        var output = _session.Terminal.Output;
        if (!isText)
        {
            output.WriteLine(JsonSerializer.Serialize(report, LogsJson.Default.LogsReport));
            return;
        }
        foreach (var (name, problem) in report.Missing)
            output.WriteLine($"  {Printable.Text(name)}: {Printable.Text(problem)}");
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Printable.Text(report.File)}: {report.Entries.Count} files, {report.Bytes / 1024.0:0} KiB; no key, passphrase or token is in it"
            )
        );
    }

    /// <summary>The report of <c>edgekms verify</c>, whose probe is the only thing that this command writes to a cluster.</summary>
    private async Task<LogEntry> VerifyEntryAsync(
        ParseResult parsed,
        EdgeKmsSettings settings,
        CancellationToken cancellation
    )
    {
        const string Entry = "verify.json";
        try
        {
            var report = await VerifyRun.ReportAsync(
                _apiServer.Read(parsed),
                _datastore.Flags(parsed),
                _datastore.NamedPrefix(parsed),
                settings,
                parsed.GetRequiredValue(_configuration),
                "default",
                _session.Time,
                cancellation
            );
            return new LogEntry(Entry, JsonSerializer.Serialize(report, VerifyJson.Readable.VerifyReport));
        }
        catch (CommandException e)
        {
            return new LogEntry(Entry, "", e.Message);
        }
    }
}
