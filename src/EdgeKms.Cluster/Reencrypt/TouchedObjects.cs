using System.Globalization;
using System.Net;
using System.Text.Json;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What became of objects that were to be written twice.</summary>
/// <param name="Touched">Written twice, and as they were.</param>
/// <param name="Gone">Written or deleted by others meanwhile.</param>
/// <param name="Unserved">Nobody serves them.</param>
/// <param name="RefusedCount">The API server doesn't store them.</param>
/// <param name="Refused">The first of these, with its reasons.</param>
public sealed record TouchCount(
    long Touched,
    long Gone,
    long Unserved,
    long RefusedCount,
    IReadOnlyList<RefusedObject> Refused
);

/// <summary>
/// Has the API server write objects twice, each time with another content: an annotation is set, then removed. kine keeps the value
/// before beside each value, so that after one write the old one still lies there, and after two it doesn't. A PATCH that changes
/// nothing is no write where the stored form is fresh. Requests and answers hold metadata alone; immutable Secrets take it.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="map">Whose objects the keys are.</param>
/// <param name="parallel">Objects at once.</param>
/// <param name="patience">For an API server in trouble.</param>
public sealed class TouchedObjects(ApiClient api, StorageMap map, int parallel, Patience patience)
{
    /// <summary>
    /// Is on an object between the two writes only. Where the second one never came (a power cut), it stays: it means nothing, and the
    /// next run over the object removes it.
    /// </summary>
    public const string Annotation = "edgekms.dev/stored-anew";

    private const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    private const string Lenient = "?fieldValidation=Ignore";

    private const int ToldRefusals = 20;

    /// <summary>An object that fails so often while the API server is ready is refused, not in trouble.</summary>
    private const int Turns = 3;

    private readonly Lock _lock = new();
    private readonly List<RefusedObject> _refused = [];
    private long _touched;
    private long _gone;
    private long _unserved;
    private long _refusedCount;

    /// <param name="objects">Such as those of <see cref="IDatastore.ListBesideAsync"/> that a caller chose.</param>
    /// <param name="progress">Gets how many are done, after each.</param>
    /// <param name="cancellation">Ends it between two objects.</param>
    /// <exception cref="CommandException">Exit code 11: the API server does not come back; 9: it doesn't accept the user.</exception>
    public async Task<TouchCount> RunAsync(
        IAsyncEnumerable<StoredObject> objects,
        Action<long> progress,
        CancellationToken cancellation
    )
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation };
        await Parallel.ForEachAsync(
            objects,
            options,
            async (stored, stop) =>
            {
                await TouchAsync(stored, stop);
                lock (_lock)
                    progress(_touched + _gone + _unserved + _refusedCount);
            }
        );
        return new TouchCount(_touched, _gone, _unserved, _refusedCount, _refused);
    }

    private async Task TouchAsync(StoredObject stored, CancellationToken cancellation)
    {
        if (map.ResourceOf(stored.Key) is not { } resource || map.IdentityOf(stored.Key) is not var (space, name))
        {
            Interlocked.Increment(ref _unserved);
            return;
        }
        var path = resource.Path(space, name) + Lenient;
        // Another text than one that an earlier run may have left: the same would be no write.
        var mark = stored.Revision.ToString(CultureInfo.InvariantCulture);
        var set = await WriteAsync(path, Patch(mark), isSecond: false, cancellation);
        var answer = set is { Succeeded: true }
            ? await WriteAsync(path, Patch(null), isSecond: true, cancellation)
            : set;
        if (answer.Succeeded)
            Interlocked.Increment(ref _touched);
        else if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict && !IsOfAdmission(answer))
            Interlocked.Increment(ref _gone);
        else
            Refuse(new RefusedObject(resource.QualifiedName, space, name, Reason(answer, set.Succeeded)));
    }

    private static string Reason(ApiAnswer answer, bool isLeft) =>
        ApiStatus.Reason(answer.Body.Span) + (isLeft ? $" (the annotation {Annotation} stays)" : "");

    private void Refuse(RefusedObject refused)
    {
        lock (_lock)
        {
            _refusedCount++;
            if (_refused.Count < ToldRefusals)
                _refused.Add(refused);
        }
    }

    /// <summary>The answer that decides: a success, a refusal, gone.</summary>
    private async Task<ApiAnswer> WriteAsync(string path, byte[] patch, bool isSecond, CancellationToken cancellation)
    {
        for (var turn = 1; ; turn++)
        {
            string reason;
            try
            {
                // The second write undoes the first: it goes out even where the run ends now.
                var stop = isSecond && turn == 1 ? CancellationToken.None : cancellation;
                var answer = await api.MergeAsync(path, patch, stop, Metadata);
                switch (answer.Status)
                {
                    case var _ when answer.Succeeded || IsOfAdmission(answer):
                        patience.Progress();
                        return answer;
                    case HttpStatusCode.Unauthorized:
                        throw answer.Failure();
                    // Somebody else writes it all the time: of the first write that is as good as done.
                    case HttpStatusCode.Conflict when isSecond:
                    case HttpStatusCode.TooManyRequests:
                    case >= HttpStatusCode.InternalServerError
                        when !await IsItsOwnFaultAsync(answer, turn, cancellation):
                        break;
                    default:
                        patience.Progress();
                        return answer;
                }
                reason = answer.Failure().Message;
            }
            catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
            {
                reason = e.Message;
            }
            await patience.WaitAsync(turn, reason, cancellation);
        }
    }

    /// <summary>A webhook's own status code, whichever it is, refuses the object and says nothing of the API server.</summary>
    private static bool IsOfAdmission(ApiAnswer answer) => AdmissionRefusal.Of(answer.Body.Span) is not null;

    /// <summary>True where the object alone fails: the API server is ready all the same.</summary>
    private async Task<bool> IsItsOwnFaultAsync(ApiAnswer answer, int turn, CancellationToken cancellation)
    {
        if (turn < Turns)
            return false;
        try
        {
            return (await api.GetAsync("/readyz", cancellation, "text/plain")).Status == HttpStatusCode.OK;
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            return false;
        }
    }

    private static byte[] Patch(string? mark)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteStartObject("annotations");
            json.WriteString(Annotation, mark);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
