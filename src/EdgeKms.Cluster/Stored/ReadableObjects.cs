using System.Net;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Stored;

/// <summary>Stored objects that the API server can't read.</summary>
/// <param name="Group">Where they are, and how they are stored.</param>
/// <param name="Example">Key of the one that was read for it.</param>
/// <param name="Reason">The API server's, on one line of at most 300 characters, without a value.</param>
public sealed record UnreadableGroup(StoredGroup Group, string Example, string Reason);

/// <summary>
/// Reads one object of each stored group through the API, and one of each of its keys: whether a configuration opens what is stored
/// shows only there. A datastore that was put back to before a migration is full of objects whose provider is no longer configured,
/// and neither the configuration nor a probe of its own knows.
/// </summary>
public static class ReadableObjects
{
    // Metadata alone, but the API server opens the whole object for it.
    private const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    /// <summary>
    /// Those that are served; what nobody serves has no <see cref="StoredGroup.Resource"/>. Objects that are gone by now say nothing.
    /// </summary>
    /// <param name="api">The API server.</param>
    /// <param name="census">Of its own datastore.</param>
    /// <param name="map">Whose objects the keys are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Contract.Failures.CommandException">Exit code 11: no answer; 9: the user may not read an object.</exception>
    public static async Task<IReadOnlyList<UnreadableGroup>> LookAsync(
        ApiClient api,
        StoredCensus census,
        StorageMap map,
        CancellationToken cancellation
    )
    {
        var unreadable = new List<UnreadableGroup>();
        foreach (var group in census.Groups.Where(g => g.Resource is not null))
        {
            var isKnown = false;
            foreach (var key in group.ExamplesOfKeys)
                isKnown |= await ReadAsync(group, key);
            foreach (var key in group.Examples)
                isKnown = isKnown || await ReadAsync(group, key);
        }
        return unreadable;

        async Task<bool> ReadAsync(StoredGroup group, string key)
        {
            if (map.IdentityOf(key) is not var (space, name))
                return false;
            var answer = await api.GetAsync(group.Resource!.Path(space, name), cancellation, Metadata);
            switch (answer.Status)
            {
                case var _ when answer.Succeeded:
                    return true;
                // Gone, or nothing that can be read one by one.
                case HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable:
                    return false;
                case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                    throw answer.Failure();
                default:
                    unreadable.Add(new UnreadableGroup(group, key, ApiStatus.Reason(answer.Body.Span)));
                    return true;
            }
        }
    }
}
