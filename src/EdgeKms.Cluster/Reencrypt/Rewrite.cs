using System.Runtime.CompilerServices;
using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// Has the API server store every object of a resource anew, under the provider and key that are current; several at once, in
/// the order of the list.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="parallel">Requests at once.</param>
/// <param name="patience">For an API server in trouble.</param>
/// <param name="say">Gets what a person should know.</param>
public sealed class Rewrite(ApiClient api, int parallel, Patience patience, Action<string> say)
{
    /// <summary>So many are told with the reason; the others are counted.</summary>
    private const int ToldRefusals = 20;

    private readonly ObjectWriter _writer = new(api, patience, say);
    private readonly List<RefusedObject> _refused = [];

    /// <summary>The first objects that the API server refused to store.</summary>
    public IReadOnlyList<RefusedObject> Refused => _refused;

    /// <summary>Every object that the API server lists.</summary>
    /// <param name="resource">Which objects.</param>
    /// <param name="progress">Gets the counts after each page.</param>
    /// <param name="cancellation">Ends it between two objects.</param>
    /// <exception cref="Contract.Failures.CommandException">The API server can't be reached, or refuses.</exception>
    public Task<RewriteCount> RunAsync(
        ApiResource resource,
        Action<RewriteProgress> progress,
        CancellationToken cancellation
    ) =>
        RunAsync(
            resource,
            new MetadataList(api, patience).PagesAsync(resource, null, cancellation),
            after: null,
            progress,
            cancellation
        );

    /// <param name="resource">Which objects.</param>
    /// <param name="pages">Its objects.</param>
    /// <param name="after">Objects up to this position were done by an earlier run; null for none.</param>
    /// <param name="progress">Gets the counts after each page; pages come in their order.</param>
    /// <param name="cancellation">Ends it between two objects.</param>
    internal async Task<RewriteCount> RunAsync(
        ApiResource resource,
        IAsyncEnumerable<MetadataPage> pages,
        string? after,
        Action<RewriteProgress> progress,
        CancellationToken cancellation
    )
    {
        var count = RewriteCount.None;
        var open = new Queue<PageWork>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(
            ObjectsAsync(pages, after, open, cancellation),
            options,
            async (item, stop) =>
            {
                var (page, one) = item;
                var (outcome, message) = await _writer.WriteAsync(resource, one, stop);
                if (outcome == RewriteOutcome.Refused)
                    Note(new RefusedObject(resource.QualifiedName, one.Namespace, one.Name, message!));
                page.Note(outcome);
                if (page.IsDone)
                    CloseFinished();
            }
        );
        return count;

        void CloseFinished()
        {
            lock (open)
            {
                while (open.TryPeek(out var first) && first.IsDone)
                {
                    open.Dequeue();
                    count += first.Count();
                    var total = first.Remaining is { } more ? count.Seen + more : (long?)null;
                    progress(new RewriteProgress(resource, count, first.LastPosition, total));
                }
            }
        }
    }

    private static async IAsyncEnumerable<(PageWork, ObjectIdentity)> ObjectsAsync(
        IAsyncEnumerable<MetadataPage> pages,
        string? after,
        Queue<PageWork> open,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var listed in pages.WithCancellation(cancellation))
        {
            var page = after is null
                ? listed
                : listed with
                {
                    Objects = [.. listed.Objects.Where(o => string.CompareOrdinal(o.Position, after) > 0)],
                };
            if (page.Objects.Count == 0)
                continue;
            var work = new PageWork(page);
            lock (open)
                open.Enqueue(work);
            foreach (var one in page.Objects)
                yield return (work, one);
        }
    }

    private void Note(RefusedObject refused)
    {
        lock (_refused)
        {
            if (_refused.Count < ToldRefusals)
                _refused.Add(refused);
        }
    }
}
