using System.Text.Json;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Pages;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Deploy;

/// <summary>What <c>deploy</c> and <c>remove</c> print.</summary>
internal sealed class DeployOutput(Session session, OutputFormat format)
{
    private readonly StepLines _steps = StepLines.Of(session, format);

    internal bool IsText => format == OutputFormat.Text;

    private TextWriter Output => session.Terminal.Output;

    internal void Step(string text) => _steps.Write(text);

    internal void Write(DeploymentResult result, bool dryRun)
    {
        if (IsText)
            WriteText(result, dryRun);
        else
            WriteJson(result, dryRun);
    }

    /// <summary>Exit code 0: there is nothing to remove.</summary>
    internal int Nothing()
    {
        if (IsText)
            Step("Nothing was deployed here");
        else
            WriteJson(new DeploymentResult(false, "", "nothing was deployed", [], []), dryRun: false);
        return 0;
    }

    /// <summary>What was deployed; exit code 1 when nothing was.</summary>
    internal int Show(DeploymentRecord? record)
    {
        if (record is null)
        {
            throw new CommandException(
                ExitCode.Failed,
                "nothing was deployed here",
                "edgekms deploy --config aksedge-config.json"
            );
        }
        var report = new RecordReport(record.Kms, record.Target, record.ProductVersion);
        Output.WriteLine(
            IsText
                ? $"KMS plugin {(record.Kms ? "on" : "off")}, target {Printable.Text(record.Target)}, product version {Printable.Text(record.ProductVersion)}"
                : JsonSerializer.Serialize(report, DeployJson.Default.RecordReport)
        );
        return 0;
    }

    private void WriteText(DeploymentResult result, bool dryRun)
    {
        if (dryRun)
        {
            foreach (var line in result.Files.SelectMany(FileDiff.Of))
                Output.WriteLine(Printable.Text(line));
            Output.WriteLine("nothing was changed (--dry-run)");
            return;
        }
        Step(result.Files.All(f => f.IsDone) ? "Nothing was to be done" : "Done");
        foreach (var command in result.Next)
            Output.WriteLine($"next: {Printable.Text(command)}");
    }

    private void WriteJson(DeploymentResult result, bool dryRun)
    {
        var report = new DeployReport(
            result.Kms,
            result.Target,
            result.Reason,
            [.. result.Files.Select(f => new DeployedFile(f.Path, f.State))],
            result.Next,
            dryRun
        );
        Output.WriteLine(JsonSerializer.Serialize(report, DeployJson.Default.DeployReport));
    }
}
