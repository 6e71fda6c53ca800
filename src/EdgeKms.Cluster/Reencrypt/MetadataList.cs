using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// The objects of a resource as the API server lists them, metadata alone, in pages. An API server in trouble is waited for,
/// and the list goes on where it was.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="patience">For an API server in trouble.</param>
internal sealed class MetadataList(ApiClient api, Patience patience)
{
    /// <summary>Small enough that the API server doesn't compress a page (128 KiB), which costs it more than the loopback.</summary>
    private const int PageOfObjects = 250;

    private const string Metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <param name="resource">Which objects.</param>
    /// <param name="space">Of this namespace alone; null for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">Exit code 11: the API server does not come back; 9 or 1: it refuses the list.</exception>
    internal async IAsyncEnumerable<MetadataPage> PagesAsync(
        ApiResource resource,
        string? space,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{resource.CollectionOf(space)}?limit={PageOfObjects}");
        var token = "";
        while (true)
        {
            var page = await PageAsync(
                token.Length == 0 ? path : $"{path}&continue={Uri.EscapeDataString(token)}",
                cancellation
            );
            var next = ApiStatus.Continue(page.Body.Span);
            // The list is older than what the API server remembers: it offers to go on with what is stored now.
            if (page.Status == HttpStatusCode.Gone && next is not null && next != token)
            {
                token = next;
                continue;
            }
            yield return MetadataPage.Parse(page.OrThrow().Body);
            if (next is null)
                yield break;
            token = next;
        }
    }

    private async Task<ApiAnswer> PageAsync(string path, CancellationToken cancellation)
    {
        for (var turn = 1; ; turn++)
        {
            string reason;
            try
            {
                var page = await api.GetAsync(path, cancellation, Metadata);
                if (page.Status is < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests)
                {
                    patience.Progress();
                    return page;
                }
                reason = page.Failure().Message;
            }
            catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
            {
                reason = e.Message;
            }
            await patience.WaitAsync(turn, reason, cancellation);
        }
    }
}
