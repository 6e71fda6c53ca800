using System.Text.Json;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Pages;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Migrate;

/// <summary>What <c>edgekms migrate</c> prints: steps, on a terminal a line with the progress, and the result.</summary>
internal sealed class MigrateOutput(Session session, OutputFormat format) : IDisposable
{
    private readonly StepLines _steps = StepLines.Of(session, format);

    private readonly ProgressLine _progress = new(
        session.Terminal.Output,
        session.Terminal.Width is not null && format == OutputFormat.Text
    );

    internal bool IsText => format == OutputFormat.Text;

    private TextWriter Output => session.Terminal.Output;

    internal void Step(string text)
    {
        _progress.Clear();
        _steps.Write(text);
    }

    internal void Progress(ApiResource resource, RewriteCount count) =>
        _progress.Show(count.Rewritten, count.Seen, $"{resource.QualifiedName}: {count.Seen} objects seen");

    /// <summary>Exit code 0 when it is finished, else 3.</summary>
    internal int Write(MigrationResult result, string config)
    {
        _progress.Clear();
        var plan = result.Plan;
        if (format == OutputFormat.Json)
            WriteJson(plan, result, config, dryRun: false);
        else if (plan.IsDone)
            Step($"Nothing was to be done: {config} is as it should be");
        else if (result.IsFinished)
            Step("Done");
        else
        {
            Output.WriteLine($"not finished: {string.Join(", ", plan.Left)} stays readable");
            Output.WriteLine(
                "next: run the command again with --etcd-endpoints or --sqlite, so that it can look into the datastore"
            );
        }
        return result.IsFinished ? 0 : (int)Contract.Failures.ExitCode.Refused;
    }

    internal void WritePlan(MigrationPlan plan, string config, IEnumerable<FileChange> deployed)
    {
        if (format == OutputFormat.Json)
        {
            WriteJson(plan, null, config, dryRun: true);
            return;
        }
        foreach (var line in deployed.SelectMany(FileDiff.Of))
            Output.WriteLine(Printable.Text(line));
        Output.WriteLine($"1. {string.Join(", ", plan.Resources)}: {plan.Target} writes, everything stays readable");
        Diff(config, plan.Before, plan.Both);
        Output.WriteLine("2. the API server stores every object anew (metadata alone passes through edgekms)");
        Output.WriteLine($"3. the datastore is read: nothing may be left of {string.Join(", ", plan.Left)}");
        Output.WriteLine($"4. {plan.Target} alone");
        Diff(config, plan.Both, plan.After);
        Output.WriteLine("nothing was changed (--dry-run)");
    }

    /// <summary>Takes the progress away, so that an error begins in the first column.</summary>
    public void Dispose() => _progress.Dispose();

    private void Diff(string path, byte[] before, byte[] after)
    {
        foreach (var line in FileDiff.Of(new FileChange(path, before, after, Mode: null)).Where(l => !IsKey(l)))
            Output.WriteLine("   " + Printable.Text(line));
    }

    /// <summary>The file may hold keys of aescbc, aesgcm or secretbox.</summary>
    private static bool IsKey(string line) => line.Contains("secret:", StringComparison.Ordinal);

    private void WriteJson(MigrationPlan plan, MigrationResult? result, string config, bool dryRun)
    {
        var report = new MigrateReport(
            config,
            plan.Target.ToString(),
            [.. plan.Left.Select(l => l.ToString())],
            plan.Resources,
            result?.Rewritten ?? 0,
            result?.Proof?.Objects,
            result?.IsFinished ?? plan.IsDone,
            dryRun
        );
        Output.WriteLine(JsonSerializer.Serialize(report, MigrateJson.Default.MigrateReport));
    }
}
