using System.Text;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Datastore;

/// <summary>Looks for a key of which only the end is known: what stands before it is the storage prefix.</summary>
/// <param name="datastore">Where.</param>
/// <param name="given">The prefix that was given; null where it has to be found.</param>
/// <param name="usual">Prefixes that are tried first, before everything is looked through.</param>
internal sealed class BindingSearch(IDatastore datastore, string? given, IReadOnlyList<string> usual)
{
    /// <summary>More clusters than this don't share a datastore.</summary>
    private const int MostPlaces = 16;

    internal IDatastore Datastore => datastore;

    /// <summary>Null where it is nowhere.</summary>
    /// <param name="ending">End of the key, with its first slash.</param>
    /// <param name="isIt">Says of what is stored under a key with this end whether it is looked for.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">Exit code 3: it is under another prefix than the given one.</exception>
    internal async Task<(string Prefix, PrefixOrigin Origin)?> FindAsync(
        string ending,
        Func<StoredObject, string, Task<bool>> isIt,
        CancellationToken cancellation
    )
    {
        foreach (var prefix in given is null ? usual : [given])
        {
            if (await datastore.GetAsync(prefix + ending, cancellation) is { } stored && await isIt(stored, stored.Key))
                return (prefix, given is null ? PrefixOrigin.Usual : PrefixOrigin.Flag);
        }
        foreach (var stored in (await EndingAsync(ending, cancellation)).Found)
        {
            if (!await isIt(stored, stored.Key))
                continue;
            var prefix = stored.Key[..^ending.Length];
            if (given is null)
                return (prefix, PrefixOrigin.Search);
            throw new CommandException(
                ExitCode.Unreachable,
                $"{Flag(given)} in {datastore.Name} is not this API server's datastore: it stores below {Flag(prefix)}",
                $"run the command with --etcd-prefix {Flag(prefix)}"
            );
        }
        return null;
    }

    /// <summary>Why what the API server stores is not here, in words.</summary>
    /// <param name="ending">End of the key of an object that every cluster has.</param>
    /// <param name="uid">That object's uid; null where it isn't known.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task<CommandException> NotItsOwnAsync(string ending, string? uid, CancellationToken cancellation)
    {
        var (keys, found) = await EndingAsync(ending, cancellation);
        var isCopy = false;
        foreach (var stored in uid is null ? [] : found)
            isCopy |= await datastore.HoldsAsync(stored.Key, Encoding.ASCII.GetBytes(uid!), cancellation);
        var why =
            keys == 0 ? "it is empty"
            : isCopy ? "it is a copy of it from another time, without what the API server stores now"
            : found.Count > 0 ? "it is that of another cluster"
            : "nothing of what the API server stores is in it";
        return new CommandException(
            ExitCode.Unreachable,
            $"{datastore.Name} is not this API server's datastore: {why}",
            "name its own with --etcd-endpoints or --sqlite: the API server's flag --etcd-servers (k3s: --datastore-endpoint) says "
                + "where it is"
        );
    }

    private static string Flag(string prefix) => prefix.Length == 0 ? "/" : prefix;

    private async Task<(long Keys, List<StoredObject> Found)> EndingAsync(string ending, CancellationToken cancellation)
    {
        var (keys, found) = (0L, new List<StoredObject>());
        await foreach (var stored in datastore.ListAsync("/", cancellation))
        {
            keys++;
            if (found.Count < MostPlaces && stored.Key.EndsWith(ending, StringComparison.Ordinal))
                found.Add(stored);
        }
        return (keys, found);
    }
}
