using System.CommandLine;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Deploy;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms remove</c>.</summary>
internal sealed class RemoveCommand : Command
{
    private const int MaxReason = 500;

    private readonly OutputOption _output = new();
    private readonly ImageOptions _image = new();
    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();
    private readonly TimeoutOption _timeout = new("How long the API server may take to start again.", "3m");

    private readonly Option<bool> _force = new("--force")
    {
        Description =
            "Remove it although objects are encrypted by it, or although nobody can tell. Needs --reason as well.",
    };

    private readonly Option<string?> _reason = new("--reason")
    {
        Description = "Why; kept in /etc/edgekms/removed.json.",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _noStart = new("--no-start")
    {
        Description = "Remove the files, but stop and restart no unit.",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Show each file with its difference, change nothing.",
    };

    private readonly Session _session;

    public RemoveCommand(Session session)
        : base("remove", "Take the KMS provider out of a cluster that no longer needs it; the key ring stays.")
    {
        _session = session;
        foreach (
            var option in new Option[] { _force, _reason, _image.Root, _image.Settings, _noStart, _timeout, _dryRun }
        )
            Options.Add(option);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_output);
        Validators.Add(result =>
        {
            var reason = result.GetValue(_reason);
            if (result.GetValue(_force) != !string.IsNullOrWhiteSpace(reason))
                result.AddError("--force and --reason TEXT belong together");
            else if (reason is { Length: > MaxReason })
                result.AddError($"--reason takes at most {MaxReason} characters");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var image = _image.Read(parsed, _session);
        var printed = new DeployOutput(_session, parsed.GetValue(_output));
        using var deployer = new Deployer(_session, image, printed.Step, mayAsk: false);
        var activation = await deployer.ActivationAsync(!parsed.GetValue(_noStart), _timeout.Of(parsed), cancellation);
        var removal = new Removal(image.Root, activation, _session.Time);
        if (removal.Target() is not { } target)
            return printed.Nothing();
        if (!parsed.GetValue(_force))
            await RefuseWhatIsEncryptedAsync(parsed, image, printed, cancellation);
        var dryRun = parsed.GetValue(_dryRun);
        var result = await removal.RunAsync(target, parsed.GetValue(_reason), dryRun, cancellation);
        printed.Step(
            $"The key ring stays in {image.Unit.Settings.StateDirectory}: backups of the datastore may need it"
        );
        printed.Write(result, dryRun);
        return 0;
    }

    /// <exception cref="CommandException">Exit code 3: objects are encrypted; 11: nobody can tell.</exception>
    private async Task RefuseWhatIsEncryptedAsync(
        ParseResult parsed,
        Image image,
        DeployOutput printed,
        CancellationToken cancellation
    )
    {
        using var datastore = await OpenAsync(parsed, image, cancellation);
        if (datastore is null)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                "the datastore can't be reached, so nobody knows whether objects are encrypted",
                "name it with --etcd-endpoints or --sqlite; on a machine that never had a cluster, --force --reason TEXT"
            );
        }
        printed.Step($"Counting in {datastore.Name}");
        var stored = await StoredByProvider.CountAsync(
            datastore,
            _datastore.Prefix(parsed),
            image.Unit.Settings.ProviderName,
            cancellation
        );
        if (stored.Objects > 0)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"{stored.Objects} objects are encrypted by this provider, such as {stored.Example}: without it nobody can read them",
                $"run \"{MigrateCommandLine.ToIdentity(File.Exists(ConfiguredProviders.DefaultFile) ? ConfiguredProviders.DefaultFile : null)}\" first, which stores them in the clear"
            );
        }
    }

    private async Task<IDatastore?> OpenAsync(ParseResult parsed, Image image, CancellationToken cancellation)
    {
        var flags = _datastore.Flags(parsed);
        // Of an image only what lies in it: etcd of this machine is another cluster's.
        var access = new DatastoreAccess(_session.Time, image.Root.Resolve("/"));
        if (!image.Root.IsThisMachine && flags.EtcdEndpoints.Count == 0 && flags.SqliteFile is null)
            return access.OpenFile();
        var server = image.Root.IsThisMachine ? _apiServer.Find(parsed)?.Server : null;
        return await access.OpenAsync(flags, server, cancellation);
    }
}
