using System.CommandLine;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Reencrypt;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms reencrypt</c>: exits with 0 when all is under the active key, 1 when objects are left.</summary>
internal sealed class ReencryptCommand : Command
{
    private readonly OutputOption _output = new();
    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();
    private readonly TimeoutOption _timeout = new("How long nothing may succeed before it gives up.", "10m");

    private readonly Option<string[]> _resources = new("--resource")
    {
        Description = "Only this resource; may be repeated. Without it, all that the configuration encrypts.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _namespace = new("--namespace", "-n")
    {
        Description = "Only objects of this namespace.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _configuration = new("--encryption-config")
    {
        Description =
            $"The API server's EncryptionConfiguration (default {ConfiguredProviders.DefaultFile}, where it exists).",
        HelpName = "FILE",
    };

    private readonly Option<string> _journal = new("--journal")
    {
        Description = "Where an interrupted run leaves how far it came.",
        HelpName = "FILE",
        DefaultValueFactory = _ => JournalFile.DefaultPath,
    };

    private readonly Option<int> _parallel = new("--parallel")
    {
        Description = "Requests at once (1 to 64).",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
    };

    private readonly Option<bool> _migration = new("--storage-version-migration")
    {
        Description = "Have Kubernetes' own StorageVersionMigration do it, where the API server serves it.",
    };

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Stay: do it after each rotation, and tell the daemon how far it is.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Count, change nothing." };

    private readonly Session _session;

    public ReencryptCommand(Session session)
        : base("reencrypt", "Store every object under the active key, and prove it.")
    {
        _session = session;
        foreach (var option in new Option[] { _resources, _namespace, _configuration, _journal, _parallel, _timeout })
            Options.Add(option);
        Options.Add(_migration);
        Options.Add(_watch);
        Options.Add(_dryRun);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_output);
        _parallel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 64)
                result.AddError("--parallel takes a number from 1 to 64");
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_migration) && result.GetValue(_namespace) is not null)
                result.AddError("--storage-version-migration takes every namespace");
            if (result.GetValue(_watch) && result.GetValue(_dryRun))
                result.AddError("--watch and --dry-run exclude each other");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var output = new ReencryptOutput(_session, parsed.GetValue(_output));
        if (!parsed.GetValue(_watch))
        {
            var (key, result) = await OnceAsync(parsed, output, _ => { }, cancellation);
            return output.Write(key, result, parsed.GetValue(_dryRun));
        }
        var watch = new ReencryptWatch(
            DaemonSockets.Of(_session.Settings.Read(parsed)),
            async (progress, stop) =>
            {
                var (key, result) = await OnceAsync(parsed, output, progress, stop);
                output.Write(key, result, dryRun: false);
                return (key, result);
            },
            output.Step,
            _session.Time
        );
        await watch.RunAsync(cancellation);
        return 0;
    }

    private async Task<(string Key, ReencryptResult Result)> OnceAsync(
        ParseResult parsed,
        ReencryptOutput output,
        Action<RewriteProgress> progress,
        CancellationToken cancellation
    )
    {
        var settings = _session.Settings.Read(parsed);
        var configuration = ConfigurationOf(parsed);
        var configured = ConfiguredWriters.Read(configuration, settings.ProviderName);
        if (UnmovableResources.Refuse(configured, parsed.GetRequiredValue(_resources)) is { } left)
            output.Step(left);
        var key = await ActiveKeyAsync(settings, cancellation);
        var kubeConfig = _apiServer.Read(parsed);
        using var api = new ApiClient(kubeConfig, _session.Time);
        var access = new DatastoreAccess(_session.Time, pageBytes: EtcdDatastore.SmallPage);
        using var datastore = await access.OpenAsync(_datastore.Flags(parsed), kubeConfig.Server, cancellation);
        var prefix = _datastore.Prefix(parsed);
        var limit = _timeout.Of(parsed);
        if (!parsed.GetValue(_dryRun))
        {
            var taken = new KeyOfApiServer(
                api,
                datastore,
                prefix,
                limit,
                _session.Time,
                output.Step,
                configuration,
                configuration is null ? null : configured.OwnNames
            );
            await taken.WaitAsync(key, cancellation);
            output.Step($"The API server writes with the active key {key.Id}");
        }
        var cluster = new ReencryptedCluster(
            api,
            datastore,
            prefix,
            key,
            await ResourcesAsync(parsed, api, key, output, cancellation),
            parsed.GetValue(_namespace)
        );
        var patience = new Patience(limit, _session.Time, output.Step);
        var rewrite = new Rewrite(api, parsed.GetValue(_parallel), patience, output.Step);
        var journal = new JournalFile(Path.GetFullPath(parsed.GetRequiredValue(_journal)));
        var run = new Reencryption(
            cluster,
            rewrite,
            patience,
            journal,
            output.Step,
            page =>
            {
                output.Progress(page);
                progress(page);
            },
            _session.Time
        );
        if (parsed.GetValue(_dryRun))
            return (key.Id, await PlannedAsync(run, cancellation));
        if (parsed.GetValue(_migration))
            await MigrateAsync(cluster, limit, output, cancellation);
        var result = await run.RunAsync(cancellation);
        if (parsed.GetRequiredValue(_resources).Length == 0 && parsed.GetValue(_namespace) is null)
            await DaemonNotices.TellAsync(DaemonSockets.Of(settings), result.Stored, cancellation);
        return (key.Id, result);
    }

    private string? ConfigurationOf(ParseResult parsed) =>
        parsed.GetValue(_configuration)
        ?? (File.Exists(ConfiguredProviders.DefaultFile) ? ConfiguredProviders.DefaultFile : null);

    private async Task<ActiveKey> ActiveKeyAsync(EdgeKmsSettings settings, CancellationToken cancellation)
    {
        var daemon = await ProviderStates.AskAsync(DaemonSockets.Of(settings), cancellation);
        return daemon is { KeyId: { } id, KeyHash: { } hash }
            ? new ActiveKey(settings.ProviderName, id, hash, daemon.RingId, daemon.RingKeys)
            : throw new CommandException(
                ExitCode.Unreachable,
                $"which key is active is not known: {daemon.Problem ?? "the daemon doesn't tell"}",
                daemon.Next ?? "edgekms status"
            );
    }

    private async Task<IReadOnlyList<ApiResource>> ResourcesAsync(
        ParseResult parsed,
        ApiClient api,
        ActiveKey key,
        ReencryptOutput output,
        CancellationToken cancellation
    )
    {
        var file = ConfigurationOf(parsed);
        var named = parsed.GetRequiredValue(_resources);
        if (file is null && named.Length == 0)
            output.Step(
                $"There is no {ConfiguredProviders.DefaultFile}: Secrets alone; --encryption-config names the API server's file"
            );
        var found = await EncryptedResources.FindAsync(api, file, key.Provider, named, cancellation);
        if (parsed.GetValue(_namespace) is not null)
            found = [.. found.Where(r => r.Namespaced)];
        return found.Count > 0
            ? found
            : throw new CommandException(
                ExitCode.Usage,
                $"there is nothing that provider \"{key.Provider}\" encrypts"
                    + (named.Length > 0 ? $" of {string.Join(", ", named)}" : ""),
                $"\"{MigrateCommandLine.ToKms(file)}\" has it write what another provider writes"
            );
    }

    private static async Task<ReencryptResult> PlannedAsync(Reencryption run, CancellationToken cancellation)
    {
        if (await run.CountAsync(cancellation) is not { } stored)
            return new ReencryptResult(await run.ListAsync(cancellation), null, null, null, []);
        var counts = stored.Resources.Select(r =>
            (r, RewriteCount.None with { Seen = Objects(r, c => true), Fresh = Objects(r, c => c.IsActive) })
        );
        return ReencryptResult.Of([.. counts], stored, []);

        int Objects(string resource, Func<ScanCount, bool> which) =>
            (int)stored.Counts.Where(c => c.Resource == resource && which(c)).Sum(c => c.Objects);
    }

    /// <summary>What it leaves is sent afterwards, as without it.</summary>
    private async Task MigrateAsync(
        ReencryptedCluster cluster,
        TimeSpan limit,
        ReencryptOutput output,
        CancellationToken cancellation
    )
    {
        var migrations = new StorageVersionMigrations(cluster.Api, limit, _session.Time);
        var version = await migrations.VersionAsync(cancellation);
        foreach (var resource in cluster.Resources)
        {
            output.Step($"StorageVersionMigration of {resource.QualifiedName}");
            await migrations.RunAsync(version, resource, cancellation);
        }
    }
}
