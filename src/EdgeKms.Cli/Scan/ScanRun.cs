using System.CommandLine;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Datastore.Snapshot;
using EdgeKms.Cluster.Scan;
using EdgeKms.Cluster.Verify;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Scan;

/// <summary>One scan, as the report that <c>scan</c> and <c>report</c> show.</summary>
/// <param name="session">Of the command.</param>
/// <param name="options">What is scanned.</param>
/// <param name="datastore">Where.</param>
internal sealed class ScanRun(Session session, ScanOptions options, DatastoreOptions datastore)
{
    /// <param name="parsed">The command line.</param>
    /// <param name="server">Tells what wildcards stand for; null where there is none.</param>
    /// <param name="settings">The settings in force.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The counts, and what the daemon said of its keys.</returns>
    /// <exception cref="CommandException">Exit code 11: no datastore is found or answers; 2, 8, 9: it can't be used.</exception>
    internal async Task<(ScanReport Report, ProviderState State)> ReportAsync(
        ParseResult parsed,
        KubeConfig? server,
        EdgeKmsSettings settings,
        CancellationToken cancellation
    )
    {
        var names = options.Names(parsed);
        var asked = options.Snapshot(parsed) is null ? server : null;
        using var store = await OpenAsync(parsed, asked, cancellation);
        var scope = await ScanScopes.ResolveAsync(names, datastore.Prefix(parsed), asked, session.Time, cancellation);
        var sockets = DaemonSockets.Of(settings);
        var state = options.ActiveKey(parsed) is { } key
            ? new ProviderState(key, null, null, null)
            : await ProviderStates.AskAsync(sockets, cancellation);
        var report = await CountAsync(store, settings, state, scope, cancellation);
        // A key that became active while the objects were counted is none that the ring lacks.
        if (
            report.Unreadable > 0
            && await ProviderStates.AskAsync(sockets, cancellation) is var now
            && now.KeyId != state.KeyId
        )
            report = await CountAsync(store, settings, state = now, scope, cancellation);
        // Not of another machine's datastore, and not of what it was once.
        if (options.ActiveKey(parsed) is null && options.Snapshot(parsed) is null)
            await DaemonNotices.TellAsync(sockets, report, cancellation);
        return (report, state);
    }

    /// <summary>Who writes in the cluster that is counted, as far as its file tells.</summary>
    /// <exception cref="CommandException">Exit code 2, 8 or 9: the configuration can't be used.</exception>
    internal ConfiguredWriters Writers(ParseResult parsed, EdgeKmsSettings settings) =>
        options.Writers(parsed, settings.ProviderName);

    private async Task<ScanReport> CountAsync(
        IDatastore store,
        EdgeKmsSettings settings,
        ProviderState state,
        ScanScope scope,
        CancellationToken cancellation
    )
    {
        var expected = new ScanExpectation(settings.ProviderName, state.KeyId, state.RingId, state.RingKeys);
        var scanner = new Scanner(store, expected, session.Time);
        var terminal = session.Terminal;
        using var bar = new ProgressBar(terminal.Error, terminal.ErrorWidth?.Invoke(), session.Time);
        return await scanner.RunAsync(
            scope,
            bar.IsVisible ? p => bar.Show(p.Resource, p.Objects, p.Total) : null,
            cancellation
        );
    }

    private async Task<IDatastore> OpenAsync(ParseResult parsed, KubeConfig? server, CancellationToken cancellation)
    {
        var flags = datastore.Flags(parsed);
        if (options.Snapshot(parsed) is { } file)
        {
            return flags.EtcdEndpoints.Count == 0 && flags.SqliteFile is null
                ? new SnapshotDatastore(file, cancellation)
                : throw new CommandException(
                    ExitCode.Usage,
                    "--snapshot excludes --etcd-endpoints and --sqlite",
                    "name one datastore"
                );
        }
        return await new DatastoreAccess(session.Time).OpenAsync(flags, server?.Server, cancellation)
            ?? throw new CommandException(
                ExitCode.Unreachable,
                "no datastore was found on this machine that this user may read",
                "name it with --etcd-endpoints, --sqlite or --snapshot, or run the command with sudo"
            );
    }
}
