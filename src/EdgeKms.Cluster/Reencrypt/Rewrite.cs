using System.Net;
using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// Has the API server store every object of a resource anew, under the provider and key that are current: a PATCH that
/// changes nothing is written where the stored form is stale (kms-plugin-contract.md 2.9). No value of an object passes here:
/// requests and answers hold metadata alone.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="parallel">Requests at once.</param>
public sealed class Rewrite(ApiClient api, int parallel)
{
    private const int Page = 500;
    private const string ListOfMetadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    private const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    /// <param name="resource">Which objects.</param>
    /// <param name="progress">Gets the counts after each page.</param>
    /// <param name="cancellation">Ends it between two objects.</param>
    /// <exception cref="Contract.Failures.CommandException">The API server can't be reached, or refuses.</exception>
    public async Task<RewriteCount> RunAsync(
        ApiResource resource,
        Action<RewriteCount> progress,
        CancellationToken cancellation
    )
    {
        var (seen, rewritten, fresh, gone) = (0, 0, 0, 0);
        await foreach (var page in api.ListAsync(resource.Collection, Page, cancellation, ListOfMetadata))
        {
            var objects = ObjectIdentity.OfList(page.Body);
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
            await Parallel.ForEachAsync(
                objects,
                options,
                async (one, stop) =>
                {
                    var answer = await api.PatchAsync(
                        resource.Path(one.Namespace, one.Name),
                        one.Patch(),
                        stop,
                        Metadata
                    );
                    // Someone else deleted it or wrote it, which stored it anew.
                    if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
                        Interlocked.Increment(ref gone);
                    else if (ObjectIdentity.VersionOf(answer.OrThrow().Body) == one.ResourceVersion)
                        Interlocked.Increment(ref fresh);
                    else
                        Interlocked.Increment(ref rewritten);
                }
            );
            seen += objects.Count;
            progress(new RewriteCount(seen, rewritten, fresh, gone));
        }
        return new RewriteCount(seen, rewritten, fresh, gone);
    }
}
