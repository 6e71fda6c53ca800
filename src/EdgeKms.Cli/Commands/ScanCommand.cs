using System.CommandLine;
using System.Text.Json;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Scan;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Datastore.Snapshot;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Scan;
using EdgeKms.Cluster.Verify;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms scan</c>: exits with 0, 1 or 2, as doctor does, and with 11 where the active key is needed and not known.</summary>
internal sealed class ScanCommand : Command
{
    private readonly OutputOption _output = new();
    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();

    private readonly Option<string[]> _resources = new("--resource")
    {
        Description =
            "Count this resource; may be repeated. Without it, those of the EncryptionConfiguration, else secrets.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _all = new("--all")
    {
        Description = "Count everything below the prefix, whatever resource it is of.",
    };

    private readonly Option<string?> _configuration = new("--encryption-config")
    {
        Description =
            $"The API server's EncryptionConfiguration (default {ConfiguredProviders.DefaultFile}, where it exists).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _activeKey = new("--active-key")
    {
        Description = "The active key, instead of asking the daemon: for a datastore of another machine.",
        HelpName = "ID",
    };

    private readonly Option<string?> _snapshot = new("--snapshot")
    {
        Description = "A file of \"etcdctl snapshot save\", instead of a running datastore.",
        HelpName = "FILE",
    };

    private readonly Session _session;

    public ScanCommand(Session session)
        : base(
            "scan",
            "Count the stored objects by key. Exits with 0: all active; 1: some stale; 2: some in the clear or foreign."
        )
    {
        _session = session;
        foreach (var option in new Option[] { _resources, _all, _activeKey, _configuration, _snapshot })
            Options.Add(option);
        _apiServer.AddTo(this);
        _datastore.AddTo(this);
        Options.Add(_output);
        Validators.Add(result =>
        {
            var named = result.GetValue(_resources) ?? [];
            if (result.GetValue(_all) && named.Length > 0)
                result.AddError("--all and --resource exclude each other");
            else if (named.Length > 0 && ResourceRules.Refuse(named) is { } reason)
                result.AddError(reason);
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var names = ScanNames.Of(parsed.GetValue(_resources) ?? [], parsed.GetValue(_all), Configuration(parsed));
        var isFile = parsed.GetValue(_snapshot) is not null;
        var server = isFile ? null : _apiServer.Find(parsed);
        using var datastore = await OpenAsync(parsed, server, cancellation);
        var scope = await ScanScopes.ResolveAsync(
            names,
            _datastore.Prefix(parsed),
            server,
            _session.Time,
            cancellation
        );
        var state = parsed.GetValue(_activeKey) is { } key
            ? new ProviderState(key, null, null, null)
            : await ProviderStates.AskAsync(DaemonSockets.Of(settings), cancellation);
        var expected = new ScanExpectation(settings.ProviderName, state.KeyId, state.RingId);
        var report = await ScanAsync(new Scanner(datastore, expected, _session.Time), scope, cancellation);
        // Not of another machine's datastore, and not of what it was once.
        if (parsed.GetValue(_activeKey) is null && !isFile)
            await DaemonNotices.TellAsync(DaemonSockets.Of(settings), report, cancellation);
        return Print(report, state, parsed.GetValue(_output));
    }

    private async Task<ScanReport> ScanAsync(Scanner scanner, ScanScope scope, CancellationToken cancellation)
    {
        var terminal = _session.Terminal;
        using var bar = new ProgressBar(terminal.Error, terminal.ErrorWidth?.Invoke(), _session.Time);
        return await scanner.RunAsync(
            scope,
            bar.IsVisible ? p => bar.Show(p.Resource, p.Objects, p.Total) : null,
            cancellation
        );
    }

    private string? Configuration(ParseResult parsed) =>
        parsed.GetValue(_configuration)
        ?? (File.Exists(ConfiguredProviders.DefaultFile) ? ConfiguredProviders.DefaultFile : null);

    private async Task<IDatastore> OpenAsync(ParseResult parsed, KubeConfig? server, CancellationToken cancellation)
    {
        var flags = _datastore.Flags(parsed);
        if (parsed.GetValue(_snapshot) is { } file)
        {
            return flags.EtcdEndpoints.Count == 0 && flags.SqliteFile is null
                ? new SnapshotDatastore(file, cancellation)
                : throw new CommandException(
                    ExitCode.Usage,
                    "--snapshot excludes --etcd-endpoints and --sqlite",
                    "name one datastore"
                );
        }
        return await new DatastoreAccess(_session.Time).OpenAsync(flags, server?.Server, cancellation)
            ?? throw new CommandException(
                ExitCode.Unreachable,
                "no datastore was found on this machine that this user may read",
                "name it with --etcd-endpoints, --sqlite or --snapshot, or run the command with sudo"
            );
    }

    private int Print(ScanReport report, ProviderState state, OutputFormat format)
    {
        var terminal = _session.Terminal;
        if (format == OutputFormat.Json)
            terminal.Output.WriteLine(JsonSerializer.Serialize(report, ScanJson.Readable.ScanReport));
        else
            ScanText.Write(report, state.Problem, terminal);
        if (report.ExitCode == (int)ExitCode.Unreachable)
        {
            new CommandException(
                ExitCode.Unreachable,
                $"the active key is not known: {Printable.Text(state.Problem ?? "the key ring has none")}",
                "give it with --active-key ID, or start the daemon and run the command again"
            ).WriteTo(terminal.Error, CommandLineProgram.Name);
        }
        return report.ExitCode;
    }
}
