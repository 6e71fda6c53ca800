using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cluster.Scan;

/// <summary>Counts the stored objects by resource, provider and key id, in the datastore itself. It needs no key.</summary>
/// <param name="datastore">Where the objects are.</param>
/// <param name="expected">What they should be under.</param>
/// <param name="time">For the report's date.</param>
public sealed class Scanner(IDatastore datastore, ScanExpectation expected, TimeProvider time)
{
    private const int ObjectsPerProgress = 1_000;

    /// <param name="scope">Which objects.</param>
    /// <param name="progress">Gets the counts now and then; null saves the counting beforehand.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Contract.Failures.CommandException">The datastore can't be read.</exception>
    public async Task<ScanReport> RunAsync(
        ScanScope scope,
        Action<ScanProgress>? progress,
        CancellationToken cancellation
    )
    {
        var started = time.GetUtcNow().UtcDateTime;
        var plan = new ScanPlan(scope);
        // Before the objects: what is compacted meanwhile makes it a lower bound, which is true all the same.
        var history = await datastore.HistoryAsync(cancellation);
        var total = progress is null ? 0 : await TotalAsync(plan, cancellation);
        var (objects, writtenSince) = (0L, 0L);
        var tally = new ScanTally();
        foreach (var prefix in plan.Prefixes)
        {
            await foreach (var stored in datastore.ListAsync(prefix, cancellation))
            {
                var resource = plan.Of(stored.Key).Resource;
                tally.Add(resource, stored);
                if (stored.Revision > history.CompactedRevision)
                    writtenSince++;
                if (++objects % ObjectsPerProgress == 0)
                    progress?.Invoke(new ScanProgress(resource, objects, total));
            }
        }
        var leftovers = new ScanTally();
        foreach (var prefix in history.IsListed ? plan.Prefixes : [])
        {
            await foreach (var stored in datastore.ListLeftoversAsync(prefix, cancellation))
                leftovers.Add(plan.Of(stored.Key).Resource, stored);
        }
        return ScanSummary.Of(
            new ScanFindings(started, datastore.Name, tally, leftovers, history, writtenSince),
            scope,
            expected
        );
    }

    private async Task<long> TotalAsync(ScanPlan plan, CancellationToken cancellation)
    {
        var total = 0L;
        foreach (var prefix in plan.Prefixes)
            total += await datastore.CountAsync(prefix, cancellation);
        return total;
    }
}
