using System.Runtime.CompilerServices;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// kine's SQLite keeps the value before beside each object's own, where compaction never takes it away: after one rewrite every
/// Secret would lie there as it was. Where such a value is of a provider that goes, its object is written twice more.
/// </summary>
internal sealed class ValuesBeside(
    MigratedCluster cluster,
    IDatastore datastore,
    string prefix,
    StorageMap map,
    Action<string> step
)
{
    private const int Parallel = 4;

    private static readonly TimeSpan s_longestTrouble = TimeSpan.FromMinutes(5);

    /// <param name="next">The configuration whose providers may stay.</param>
    /// <param name="cancellation">Ends it between two objects.</param>
    /// <exception cref="CommandException">Exit code 1: the API server refuses some.</exception>
    internal async Task WriteOverAsync(EncryptionFile next, CancellationToken cancellation)
    {
        var left = await CountAsync(next, cancellation);
        if (left == 0)
            return;
        step($"{datastore.Name} keeps what {left} objects were before beside them: they are written over");
        var touched = new TouchedObjects(
            cluster.Api,
            map,
            Parallel,
            new Patience(s_longestTrouble, cluster.Time, step)
        );
        var count = await touched.RunAsync(LeftAsync(next, cancellation), _ => { }, cancellation);
        left = await CountAsync(next, cancellation);
        step($" - {count.Touched} written twice, {count.Gone} written or deleted by others; {left} are left");
        if (left == 0)
            return;
        var first =
            count.Refused.Count > 0
                ? $", such as {count.Refused[0].Resource} {count.Refused[0].Name}: {count.Refused[0].Message}"
                : "";
        throw new CommandException(
            ExitCode.Failed,
            $"of {left} objects {datastore.Name} still keeps the old form beside the new one{first}",
            "run the same command again; until then everything stays readable"
        );
    }

    private async Task<long> CountAsync(EncryptionFile next, CancellationToken cancellation)
    {
        var count = 0L;
        await foreach (var _ in LeftAsync(next, cancellation))
            count++;
        return count;
    }

    /// <summary>Objects with a value beside them that nothing of the next configuration would read.</summary>
    private async IAsyncEnumerable<StoredObject> LeftAsync(
        EncryptionFile next,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var beside in datastore.ListBesideAsync(prefix + "/", cancellation))
        {
            if (map.ResourceOf(beside.Key) is not { } resource)
                continue;
            var readers = next.ProvidersOf(resource.QualifiedName);
            // What may still be read in the clear is no secret of an old provider.
            if (
                readers.Count > 0
                && !readers.Any(r => !r.IsIdentity && r.Reads(beside.Value.Form, beside.Value.Prefix))
            )
                yield return beside;
        }
    }
}
