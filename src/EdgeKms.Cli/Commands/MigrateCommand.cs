using System.CommandLine;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Deploy;
using EdgeKms.Cli.Migrate;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Conformance;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.InForce;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms migrate</c>.</summary>
internal sealed class MigrateCommand : Command
{
    private static readonly TimeSpan s_restartLimit = TimeSpan.FromMinutes(5);

    private readonly OutputOption _output = new();
    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();
    private readonly TimeoutOption _timeout = new("How long the API server may take for a new configuration.", "5m");

    private readonly Option<string?> _from = new("--from")
    {
        Description = "What writes now; without it, what the configuration says.",
    };

    private readonly Option<string?> _to = new("--to") { Description = "What shall write: this provider, or none." };

    private readonly Option<string?> _file = new("--encryption-config")
    {
        Description = $"The API server's EncryptionConfiguration (default {ConfiguredProviders.DefaultFile}).",
        HelpName = "FILE",
    };

    private readonly Option<bool> _keepIdentity = new("--keep-identity")
    {
        Description = "Leave identity as the last provider: objects in the clear stay readable.",
    };

    private readonly Option<string?> _restart = new("--restart-command")
    {
        Description = "Restarts the API server, by /bin/sh -c, instead of waiting for its own reload.",
        HelpName = "CMD",
    };

    private readonly Option<bool> _abort = new("--abort")
    {
        Description = "Take back the migration that is under way.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show the steps, change nothing." };

    private readonly Session _session;

    public MigrateCommand(Session session)
        : base("migrate", "Move a living cluster to this KMS provider, away from it, or to another name of it.")
    {
        _session = session;
        _from.AcceptOnlyFromAmong([.. MigrationGoal.Origins]);
        _to.AcceptOnlyFromAmong([.. MigrationGoal.Targets]);
        foreach (var option in new Option[] { _from, _to, _file, _keepIdentity, _abort, _dryRun, _restart, _timeout })
            Options.Add(option);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_output);
        Validators.Add(result =>
        {
            if (result.GetValue(_abort) == result.GetValue(_to) is not null)
                result.AddError("give --to kms, --to identity, or --abort");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var output = new MigrateOutput(_session, parsed.GetValue(_output));
        return await RunAsync(parsed, output, cancellation);
    }

    private async Task<int> RunAsync(ParseResult parsed, MigrateOutput output, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var path = Path.GetFullPath(parsed.GetValue(_file) ?? ConfiguredProviders.DefaultFile);
        var file = new ConfigurationFile(path);
        var goal = new MigrationGoal(
            parsed.GetValue(_from),
            parsed.GetValue(_to) ?? "",
            settings.ProviderName,
            parsed.GetValue(_keepIdentity)
        );
        Task<IReadOnlyList<FileChange>> Enable(bool dryRun) => EnableAsync(parsed, output, dryRun, cancellation);
        ProviderText Target(MigrationGoal of) =>
            of.To == "kms"
                ? ProviderText.Kms(of.ProviderName, settings.KmsSocket, settings.KmsTimeout)
                : ProviderText.Identity(isFirst: true);

        if (parsed.GetValue(_dryRun))
        {
            var deployed = IsMissing(parsed, goal, file) ? await Enable(true) : [];
            output.WritePlan(file.Plan(goal, Target(goal)), path, deployed);
            return 0;
        }
        if (IsMissing(parsed, goal, file))
            await file.BeginAsync(goal, Target(goal), async () => await Enable(false));
        if (goal.To == "kms")
            await new ProviderWait(settings.KmsSocket, TimeSpan.Zero, _session.Time).AnswerAsync(cancellation);
        var kubeConfig = _apiServer.Read(parsed);
        using var api = new ApiClient(kubeConfig, _session.Time);
        var access = new DatastoreAccess(_session.Time);
        using var datastore = await access.OpenAsync(_datastore.Flags(parsed), kubeConfig.Server, cancellation);
        var cluster = new MigratedCluster(
            api,
            new ConfigurationInForce(api, _timeout.Of(parsed), _session.Time),
            datastore,
            _datastore.Prefix(parsed),
            parsed.GetValue(_restart) is { } command ? stop => RestartAsync(command, stop) : null,
            _session.Time
        );
        var migration = new Migration(file, cluster, output.Step, output.Progress);
        try
        {
            var result = parsed.GetValue(_abort)
                ? await migration.AbortAsync(Target, cancellation)
                : await migration.RunAsync(goal, Target(goal), cancellation);
            if (result.IsFinished)
                DeploymentRecord.Note(new ImageRoot("/"), file.WritesWithKms());
            return output.Write(result, path);
        }
        catch (OperationCanceledException)
        {
            output.Step("Interrupted: everything stays readable. The same command goes on, --abort leads back");
            throw;
        }
    }

    /// <summary>
    /// True where a cluster that was deployed without KMS has no configuration yet: enabling deploys it as well.
    /// </summary>
    private bool IsMissing(ParseResult parsed, MigrationGoal goal, ConfigurationFile file) =>
        goal is { To: "kms", From: null or "identity" } && parsed.GetValue(_file) is null && !File.Exists(file.Path);

    private async Task<IReadOnlyList<FileChange>> EnableAsync(
        ParseResult parsed,
        MigrateOutput output,
        bool dryRun,
        CancellationToken cancellation
    )
    {
        var image = ImageOptions.ThisMachine(parsed, _session);
        using var deployer = new Deployer(_session, image, output.Step, mayAsk: output.IsText);
        var deployment = await deployer.DeploymentAsync(mayStart: true, _timeout.Of(parsed), cancellation);
        return await deployment.EnableAsync(dryRun, cancellation);
    }

    private async Task RestartAsync(string command, CancellationToken cancellation)
    {
        try
        {
            await new ShellCommand(command, s_restartLimit, _session.Time).RunAsync(cancellation);
        }
        catch (ConformanceException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message, "mend it and run the same command again", e);
        }
    }
}
