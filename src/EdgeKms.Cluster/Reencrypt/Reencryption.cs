using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Scan;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;
using Grpc.Core;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// One run of <c>edgekms reencrypt</c>: every object that is not stored under the active key is stored anew, then proven. It
/// may be killed at any moment: the next one goes on.
/// </summary>
/// <param name="cluster">What is asked, read and written.</param>
/// <param name="rewrite">Writes.</param>
/// <param name="patience">For an API server in trouble.</param>
/// <param name="file">Its journal.</param>
/// <param name="say">Gets each step in words.</param>
/// <param name="progress">Gets the counts after each page.</param>
/// <param name="time">For the date of the counts.</param>
public sealed class Reencryption(
    ReencryptedCluster cluster,
    Rewrite rewrite,
    Patience patience,
    JournalFile file,
    Action<string> say,
    Action<RewriteProgress> progress,
    TimeProvider time
)
{
    private readonly StaleObjects? _stale = cluster.Datastore is { } datastore
        ? new StaleObjects(datastore, cluster.Prefix, cluster.Key, cluster.Namespace)
        : null;

    private readonly Scanner? _scanner = cluster.Datastore is { } datastore
        ? new Scanner(datastore, cluster.Key.Expectation, time)
        : null;

    private ReencryptJournal _journal = new(
        cluster.Key.Id,
        cluster.Api.Server.AbsoluteUri,
        cluster.Namespace,
        Resources: []
    );

    /// <summary>What the datastore holds; null where it can't be reached. Nothing is changed.</summary>
    public async Task<ScanReport?> CountAsync(CancellationToken cancellation) =>
        _scanner is null ? null : await CountAsync(_scanner, cluster.Resources, cancellation);

    /// <summary>How many objects the API server lists, by resource. Nothing is changed.</summary>
    public async Task<IReadOnlyList<(string Resource, RewriteCount Count)>> ListAsync(CancellationToken cancellation)
    {
        var counts = new List<(string, RewriteCount)>();
        var list = new MetadataList(cluster.Api, patience);
        foreach (var resource in cluster.Resources)
        {
            var seen = 0;
            await foreach (var page in list.PagesAsync(resource, cluster.Namespace, cancellation))
                seen += page.Objects.Count;
            counts.Add((resource.QualifiedName, RewriteCount.None with { Seen = seen }));
        }
        return counts;
    }

    /// <exception cref="CommandException">Exit code 11: the API server or the datastore does not come back; the journal is kept.</exception>
    public async Task<ReencryptResult> RunAsync(CancellationToken cancellation)
    {
        Resume();
        // A journal that can't be written is known before the work, not after the first page.
        file.Write(_journal);
        var before = _stale is null ? await WritesByKey.ReadAsync(cluster.Api, cluster.Key, cancellation) : null;
        say(
            _stale is null
                ? "The datastore can't be read: every object is sent; those that are fresh stay as they are"
                : $"Objects that are not under the active key, as {cluster.Datastore!.Name} has them, are sent"
        );
        Tidy();
        foreach (var resource in cluster.Resources)
        {
            if (StateOf(resource) is not { IsDone: true })
                await RewriteAsync(resource, cancellation);
        }
        var result = await ProveAsync(before, cancellation);
        file.Delete();
        return result;
    }

    private void Resume()
    {
        if (
            file.Read() is not { } kept
            || kept.KeyId != _journal.KeyId
            || kept.Server != _journal.Server
            || kept.Namespace != _journal.Namespace
        )
            return;
        _journal = kept;
        var objects = kept.Resources.Sum(r => r.Count.Seen);
        say($"Going on where an earlier run stopped: {objects} objects were done ({file.Path})");
    }

    /// <summary>
    /// The metrics of an API server, a whole datastore or a page of answers have passed through memory; the machine has better
    /// uses for it than to wait for the collector. Some milliseconds.
    /// </summary>
    private static void Tidy() => GC.Collect();

    private ResourceState? StateOf(ApiResource resource) =>
        _journal.Resources.FirstOrDefault(r => r.Resource == resource.QualifiedName);

    private async Task RewriteAsync(ApiResource resource, CancellationToken cancellation)
    {
        var earlier = StateOf(resource) ?? new ResourceState(resource.QualifiedName, null, false, RewriteCount.None);
        var count = _stale is null
            ? await RewriteListedAsync(resource, earlier, cancellation)
            : await RewriteStaleAsync(_stale, _scanner!, resource, earlier, cancellation);
        Note(earlier with { IsDone = true, Count = count });
        say(
            $"{resource.QualifiedName}: {count.Seen} objects: {count.Rewritten} rewritten, {count.Fresh} fresh, "
                + $"{count.Gone} written or deleted by others"
                + (count.Refused == 0 ? "" : $", {count.Refused} refused")
        );
    }

    private async Task<RewriteCount> RewriteListedAsync(
        ApiResource resource,
        ResourceState earlier,
        CancellationToken cancellation
    )
    {
        var pages = new MetadataList(cluster.Api, patience).PagesAsync(resource, cluster.Namespace, cancellation);
        var count = await rewrite.RunAsync(
            resource,
            pages,
            earlier.Position,
            done =>
            {
                var all = earlier.Count + done.Count;
                Note(earlier with { Position = done.Position, Count = all });
                progress(done with { Count = all, Total = done.Total + earlier.Count.Seen });
            },
            cancellation
        );
        return earlier.Count + count;
    }

    /// <summary>Until nothing but refused objects is left: an old list ends early, where the datastore was compacted.</summary>
    private async Task<RewriteCount> RewriteStaleAsync(
        StaleObjects stale,
        Scanner scanner,
        ApiResource resource,
        ResourceState earlier,
        CancellationToken cancellation
    )
    {
        var start = await CountAsync(scanner, [resource], cancellation);
        var left = ReencryptResult.LeftIn(start);
        Tidy();
        var done = earlier.Count with { Seen = 0, Fresh = 0, Refused = 0 };
        for (var turn = 1; left > 0; turn++)
        {
            var now = done;
            try
            {
                var count = await rewrite.RunAsync(
                    resource,
                    stale.PagesAsync(resource, cancellation),
                    after: null,
                    page =>
                    {
                        now = done + page.Count;
                        Note(earlier with { Count = now });
                        progress(page with { Count = now, Total = left + earlier.Count.Seen });
                    },
                    cancellation
                );
                done += count;
                break;
            }
            catch (CommandException e) when (IsPassing(e))
            {
                done = now with { Refused = 0 };
                await patience.WaitAsync(turn, e.Message, cancellation);
            }
        }
        var fresh = (int)start.Objects - (int)left - earlier.Count.Rewritten;
        return done with { Seen = (int)start.Objects, Fresh = done.Fresh + Math.Max(fresh, 0) };
    }

    private async Task<ScanReport> CountAsync(
        Scanner scanner,
        IReadOnlyList<ApiResource> resources,
        CancellationToken cancellation
    )
    {
        var scope = ScanScope.Of(resources, cluster.Prefix, cluster.Namespace);
        for (var turn = 1; ; turn++)
        {
            try
            {
                var count = await scanner.RunAsync(scope, _ => Tidy(), cancellation);
                patience.Progress();
                return count;
            }
            catch (CommandException e) when (IsPassing(e))
            {
                await patience.WaitAsync(turn, e.Message, cancellation);
            }
        }
    }

    /// <summary>A datastore that restarts, or was compacted below the list: another turn is another list.</summary>
    private static bool IsPassing(CommandException e) =>
        e is { ExitCode: ExitCode.Unreachable, InnerException: RpcException }
        || e.InnerException is RpcException { StatusCode: StatusCode.OutOfRange };

    private async Task<ReencryptResult> ProveAsync(WritesByKey? before, CancellationToken cancellation)
    {
        var counts = _journal.Resources.Select(r => (r.Resource, r.Count)).ToList();
        if (await CountAsync(cancellation) is { } stored)
        {
            var result = ReencryptResult.Of(counts, stored, rewrite.Refused);
            say($"{stored.Datastore}: {stored.Objects} objects, {result.Left} not under the active key");
            return result;
        }
        var after = await WritesByKey.ReadAsync(cluster.Api, cluster.Key, cancellation);
        return before is not null && after is not null && after.IsCleanSince(before)
            ? new ReencryptResult(counts, counts.Sum(c => c.Count.Refused), "metrics", null, rewrite.Refused)
            : new ReencryptResult(counts, null, null, null, rewrite.Refused);
    }

    private void Note(ResourceState state)
    {
        var others = _journal.Resources.Where(r => r.Resource != state.Resource);
        _journal = _journal with { Resources = [.. others, state] };
        file.Write(_journal);
        Tidy();
    }
}
