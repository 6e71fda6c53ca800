using System.CommandLine;
using System.Text.Json;
using EdgeKms.Cli.Versions;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms version</c>: both programs.</summary>
internal sealed class VersionCommand : Command
{
    private readonly OutputOption _output = new();
    private readonly Session _session;

    public VersionCommand(Session session)
        : base("version", "Print the versions of edgekms and edgekmsd.")
    {
        _session = session;
        Options.Add(_output);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var report = await VersionReport.ReadAsync(_session.Daemon, _session.Time, cancellation);
        Print(report, parsed);
        return 0;
    }

    private void Print(VersionReport report, ParseResult parsed)
    {
        var output = _session.Terminal.Output;
        if (parsed.GetValue(_output) == OutputFormat.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(report, VersionJson.Default.VersionReport));
            return;
        }
        output.WriteLine($"edgekms {report.Edgekms}");
        output.WriteLine(
            report.Edgekmsd is null
                ? $"edgekmsd: {report.Missing}"
                : $"edgekmsd {report.Edgekmsd} ({report.EdgekmsdPath})"
        );
    }
}
