using System.CommandLine;
using System.Text.Json;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms verify</c>: exits with 0 when nothing failed, 13 when a check did.</summary>
internal sealed class VerifyCommand : Command
{
    private readonly OutputOption _output = new();
    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();

    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "Namespace of the probe Secret, which is deleted at the end.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    private readonly Option<string?> _configuration = new("--encryption-config")
    {
        Description =
            $"The API server's EncryptionConfiguration (default {ConfiguredProviders.DefaultFile}, where it exists).",
        HelpName = "FILE",
    };

    private readonly Session _session;

    public VerifyCommand(Session session)
        : base("verify", "Check that the API server encrypts Secrets with this provider.")
    {
        _session = session;
        _apiServer.AddTo(this);
        Options.Add(_namespace);
        Options.Add(_configuration);
        _datastore.AddTo(this);
        Options.Add(_output);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var report = await VerifyRun.ReportAsync(
            _apiServer.Read(parsed),
            _datastore.Flags(parsed),
            _datastore.NamedPrefix(parsed),
            settings,
            parsed.GetValue(_configuration)
                ?? (File.Exists(ConfiguredProviders.DefaultFile) ? ConfiguredProviders.DefaultFile : null),
            parsed.GetRequiredValue(_namespace),
            _session.Time,
            cancellation
        );
        Print(report, parsed);
        return report.ExitCode;
    }

    private void Print(VerifyReport report, ParseResult parsed)
    {
        var output = _session.Terminal.Output;
        if (parsed.GetValue(_output) == OutputFormat.Json)
            output.WriteLine(JsonSerializer.Serialize(report, VerifyJson.Readable.VerifyReport));
        else
            VerifyText.Write(report, output);
    }
}
