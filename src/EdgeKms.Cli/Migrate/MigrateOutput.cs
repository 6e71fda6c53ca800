using System.Text.Json;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Pages;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

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
        _steps.Write(Printable.Text(text));
    }

    internal void Progress(ApiResource resource, RewriteCount count) =>
        _progress.Show(count.Rewritten, count.Seen, $"{resource.QualifiedName}: {count.Seen} objects seen");

    /// <summary>Exit code 0 when it is finished, else 3.</summary>
    internal int Write(MigrationResult result, ConfigurationFile config)
    {
        _progress.Clear();
        if (!IsText)
        {
            WriteJson(result.Route, result, config.Path);
        }
        else if (result.WasDone)
        {
            Step($"Nothing was to be done: {config.Path} is as it should be");
        }
        else if (result.IsFinished)
        {
            foreach (var line in MigrateLeftovers.Of(result, config))
                Step(line);
            Step("Done");
        }
        else
        {
            Output.WriteLine($"not finished: {string.Join(", ", result.Route.Left)} stays readable");
            Output.WriteLine(
                "next: run the command again with --etcd-endpoints or --sqlite, so that it can look into the datastore"
            );
        }
        return result.IsFinished ? 0 : (int)ExitCode.Refused;
    }

    internal void WritePlan(MigrationRoute route, string config, IEnumerable<FileChange> deployed)
    {
        if (!IsText)
        {
            WriteJson(route, null, config);
            return;
        }
        foreach (var line in deployed.SelectMany(FileDiff.Of))
            Output.WriteLine(Printable.Text(line));
        if (route.IsDone)
        {
            Output.WriteLine($"nothing is to be done: {config} is as it should be");
            return;
        }
        var changed = string.Join(
            ", ",
            route.Changed.SelectMany(c => c.Before.Resources).Distinct(StringComparer.Ordinal)
        );
        var number = 1;
        Put(
            config,
            $"{changed}: {Target(route)} {(IsOne(route) ? "is" : "are")} read as well",
            route.Now,
            route.Readable,
            ref number
        );
        Put(
            config,
            $"{changed}: {Target(route)} {(IsOne(route) ? "writes" : "write")}, everything stays readable",
            route.Readable,
            route.Writing,
            ref number
        );
        Output.WriteLine(
            $"{number++}. the API server stores every object anew (metadata alone passes through edgekms)"
        );
        Output.WriteLine(
            $"{number++}. the datastore is read, all of it: nothing may be left of {string.Join(", ", route.Left)}"
        );
        Put(
            config,
            $"{string.Join(", ", route.Left)} goes; the file as it is now is kept beside it",
            route.Writing,
            route.Alone,
            ref number
        );
        Output.WriteLine("nothing was changed (--dry-run)");
    }

    internal void WriteHistory(ConfigurationFile config)
    {
        var journal = config.Journal();
        var underWay =
            journal is null ? null
            : journal.IsGoingBack ? "back"
            : journal.Goal.To;
        var history = new MigrateHistory(config.Path, underWay, [.. config.Copies.List().Select(Report)]);
        if (!IsText)
        {
            Output.WriteLine(JsonSerializer.Serialize(history, MigrateJson.Default.MigrateHistory));
            return;
        }
        if (underWay is not null)
            Output.WriteLine(
                $"a migration is under way: {underWay}; \"{MigrateCommandLine.Abort(config.Path)}\" leads back"
            );
        foreach (var copy in history.Copies)
        {
            Output.WriteLine($"{copy.File}  {copy.Kept:yyyy-MM-dd HH:mm:ss}Z");
            foreach (var entry in copy.Entries)
                Output.WriteLine(
                    Printable.Text($"  {string.Join(", ", entry.Resources)}: {string.Join(", ", entry.Providers)}")
                );
        }
        Output.WriteLine(
            history.Copies.Count == 0
                ? $"{config.Path} has no kept copy: it was never migrated here"
                : "keep each as long as you keep backups of the datastore from before it: they hold the keys"
        );
    }

    /// <summary>Takes the progress away, so that an error begins in the first column.</summary>
    public void Dispose() => _progress.Dispose();

    private static KeptCopyReport Report(KeptCopy copy)
    {
        try
        {
            var entries = EncryptionFile.Read(copy.Path).Entries;
            return new KeptCopyReport(
                copy.Path,
                copy.Kept,
                [.. entries.Select(e => new KeptEntryReport(e.Resources, [.. e.Providers.Select(p => p.ToString())]))]
            );
        }
        catch (CommandException)
        {
            return new KeptCopyReport(copy.Path, copy.Kept, []);
        }
    }

    private void Put(string path, string what, EncryptionFile before, EncryptionFile after, ref int number)
    {
        var change = new FileChange(path, before.Bytes.ToArray(), after.Bytes.ToArray(), Mode: null);
        if (change.IsDone)
            return;
        Output.WriteLine($"{number++}. {what}");
        foreach (var line in FileDiff.Of(change))
            Output.WriteLine("   " + Printable.Text(after.WithoutKeys(before.WithoutKeys(line))));
    }

    private static bool IsOne(MigrationRoute route) => route.Changed.Select(c => c.After.First).Distinct().Count() < 2;

    private static string Target(MigrationRoute route) =>
        string.Join(", ", route.Changed.Select(c => c.After.First.ToString()).Distinct(StringComparer.Ordinal));

    private void WriteJson(MigrationRoute route, MigrationResult? result, string config)
    {
        var left = result?.Left ?? route.Left;
        var report = new MigrateReport(
            config,
            string.Join(", ", route.Alone.Entries.Select(e => e.First.ToString()).Distinct(StringComparer.Ordinal)),
            [.. left.Select(l => l.ToString())],
            result?.Resources
                ?? [.. route.Changed.SelectMany(c => c.Before.Resources).Distinct(StringComparer.Ordinal)],
            result?.Rewritten ?? 0,
            result?.Objects,
            result?.IsFinished ?? route.IsDone,
            DryRun: result is null
        );
        Output.WriteLine(JsonSerializer.Serialize(report, MigrateJson.Default.MigrateReport));
    }
}
