using System.CommandLine;
using System.Security.Cryptography;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Deploy;
using EdgeKms.Cli.Migrate;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Conformance;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.InForce;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

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

    private readonly Option<string?> _readers = new("--readers-from")
    {
        Description = "Have the providers of a kept file read as well: for a datastore that was restored.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _history = new("--history")
    {
        Description = "List what the configuration was before each migration, and where one is under way.",
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
        foreach (
            var option in new Option[]
            {
                _from,
                _to,
                _file,
                _keepIdentity,
                _readers,
                _abort,
                _history,
                _dryRun,
                _restart,
                _timeout,
            }
        )
            Options.Add(option);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_output);
        Validators.Add(result =>
        {
            bool[] ways = [result.GetValue(_abort), result.GetValue(_history), result.GetValue(_to) is not null];
            if (ways.Count(w => w) != 1)
                result.AddError("give one of --to PROVIDER, --abort and --history");
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
        var file = new ConfigurationFile(Path.GetFullPath(parsed.GetValue(_file) ?? ConfiguredProviders.DefaultFile));
        if (parsed.GetValue(_history))
        {
            output.WriteHistory(file);
            return 0;
        }
        var settings = _session.Settings.Read(parsed);
        var isBack = parsed.GetValue(_abort);
        var goal = isBack ? BackFrom(file) : Goal(parsed, settings);
        var target = new MigrationTarget(
            goal,
            settings.KmsSocket,
            settings.KmsTimeout,
            RandomNumberGenerator.GetBytes(32)
        );
        var isMissing = !isBack && IsMissing(parsed, goal, file);
        if (parsed.GetValue(_dryRun))
        {
            var deployed = isMissing ? await EnableAsync(parsed, output, dryRun: true, cancellation) : [];
            var now = isMissing ? ConfigurationFile.InTheClear(file.Path) : file.Read();
            output.WritePlan(Migration.Plan(file, now, target), file.Path, deployed);
            return 0;
        }
        if (isMissing)
            await EnableAsync(parsed, output, dryRun: false, cancellation);
        // The way back must be open where it is the provider that is missing.
        if (goal.To == "kms" && !isBack)
            await new ProviderWait(settings.KmsSocket, TimeSpan.Zero, _session.Time).AnswerAsync(cancellation);
        var kubeConfig = _apiServer.Read(parsed);
        using var api = new ApiClient(kubeConfig, _session.Time);
        var access = new DatastoreAccess(_session.Time);
        using var datastore = await access.OpenAsync(_datastore.Flags(parsed), kubeConfig.Server, cancellation);
        var cluster = new MigratedCluster(
            api,
            datastore,
            _datastore.NamedPrefix(parsed),
            parsed.GetValue(_restart) is { } command ? stop => RestartAsync(command, stop) : null,
            _timeout.Of(parsed),
            _session.Time
        )
        {
            Search = ApiServerSearch.Run(file.Path),
            KmsSocket = goal.To == "kms" ? settings.KmsSocket : null,
            KnownKeys = async stop => (await ProviderStates.AskAsync(DaemonSockets.Of(settings), stop)).RingKeys,
        };
        var migration = new Migration(file, cluster, target, output.Step, output.Progress);
        try
        {
            var result = isBack ? await migration.AbortAsync(cancellation) : await migration.RunAsync(cancellation);
            if (result.IsFinished)
                DeploymentRecord.Note(new ImageRoot("/"), result.Route.Now.Entries.Any(e => e.First.IsKms));
            return output.Write(result, file);
        }
        catch (OperationCanceledException)
        {
            output.Step("Interrupted: everything stays readable. The same command goes on, --abort leads back");
            throw;
        }
    }

    private MigrationGoal Goal(ParseResult parsed, EdgeKmsSettings settings) =>
        new(
            parsed.GetValue(_from),
            parsed.GetRequiredValue(_to)!,
            settings.ProviderName,
            parsed.GetValue(_keepIdentity)
        )
        {
            ReadersFrom = parsed.GetValue(_readers) is { } kept ? Path.GetFullPath(kept) : null,
        };

    /// <summary>Where the migration that is under way leads.</summary>
    /// <exception cref="CommandException">Exit code 3: none is.</exception>
    private static MigrationGoal BackFrom(ConfigurationFile file) =>
        file.Journal()?.Goal
        ?? throw new CommandException(
            ExitCode.Refused,
            $"no migration of {file.Path} is under way",
            $"\"{MigrateCommandLine.History(file.Path)}\" lists what it was before; another file is named with --encryption-config"
        );

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
