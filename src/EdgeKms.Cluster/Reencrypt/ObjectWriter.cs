using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// Has the API server store one object anew: a PATCH that changes nothing is written where the stored form is stale
/// (kms-plugin-contract.md 2.9). Requests and answers hold metadata alone, so no value of an object passes here, unless an API
/// server refuses that: then the object is read and replaced, which is said.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="patience">For an API server in trouble.</param>
/// <param name="say">Gets what a person should know.</param>
internal sealed class ObjectWriter(ApiClient api, Patience patience, Action<string> say)
{
    private const string Json = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    // Cheaper for the API server; JSON for a resource that has no protobuf (custom resources).
    private const string Protobuf =
        "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1," + Json;

    // Nothing of the patch is unknown to the API server, so it need not look for that a second time.
    private const string Lenient = "?fieldValidation=Ignore";

    /// <summary>An object that fails so often while the API server is ready is refused, not in trouble.</summary>
    private const int Turns = 3;

    private volatile bool _replaces;

    /// <summary>The message is the API server's, for <see cref="RewriteOutcome.Refused"/> alone.</summary>
    /// <exception cref="CommandException">Exit code 11: the API server does not come back; 9: it doesn't accept the user.</exception>
    internal async Task<(RewriteOutcome Outcome, string? Message)> WriteAsync(
        ApiResource resource,
        ObjectIdentity one,
        CancellationToken cancellation
    )
    {
        var path = resource.Path(one.Namespace, one.Name);
        var patch = one.Patch();
        var (wasChanged, accept) = (false, Protobuf);
        for (var turn = 1; ; turn++)
        {
            ApiAnswer answer;
            try
            {
                answer = _replaces
                    ? await ReplaceAsync(path, cancellation)
                    : await api.PatchAsync(path + Lenient, patch, cancellation, accept);
            }
            catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
            {
                await patience.WaitAsync(turn, e.Message, cancellation);
                continue;
            }
            if (answer.Succeeded)
            {
                patience.Progress();
                var isAsBefore = StoredVersion.Of(answer.Body) == one.ResourceVersion;
                return (
                    wasChanged ? RewriteOutcome.Gone
                    : isAsBefore ? RewriteOutcome.Fresh
                    : RewriteOutcome.Rewritten,
                    null
                );
            }
            switch (answer.Status)
            {
                case HttpStatusCode.NotFound:
                    patience.Progress();
                    return (RewriteOutcome.Gone, null);
                case HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity when !wasChanged && !_replaces:
                    // A test of the patch failed: someone else wrote it, so stored it anew. Asked once more without the state:
                    // stale, it would be stored now.
                    (wasChanged, patch) = (true, "[]"u8.ToArray());
                    continue;
                case var _ when StoredVersion.IsProtobuf(answer.Body) && accept != Json:
                    // Why it failed is for people, in JSON.
                    accept = Json;
                    continue;
                case HttpStatusCode.Conflict:
                    await patience.WaitAsync(turn, answer.Failure().Message, cancellation);
                    continue;
                case HttpStatusCode.NotAcceptable
                or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.MethodNotAllowed when !_replaces:
                    BeginToReplace(answer);
                    continue;
                case HttpStatusCode.Unauthorized:
                    throw answer.Failure();
                case HttpStatusCode.TooManyRequests:
                    await patience.WaitAsync(turn, answer.Failure().Message, cancellation);
                    continue;
                case >= HttpStatusCode.InternalServerError
                    when !await IsItsOwnFaultAsync(api, answer, turn, cancellation):
                    await patience.WaitAsync(turn, answer.Failure().Message, cancellation);
                    continue;
                default:
                    patience.Progress();
                    return (RewriteOutcome.Refused, ApiStatus.Reason(answer.Body.Span));
            }
        }
    }

    /// <summary>True where the object alone fails: its webhook does, or the API server is ready all the same.</summary>
    internal static async Task<bool> IsItsOwnFaultAsync(
        ApiClient api,
        ApiAnswer answer,
        int turn,
        CancellationToken cancellation
    )
    {
        if (ApiStatus.Message(answer.Body.Span).Contains("webhook", StringComparison.Ordinal))
            return true;
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

    private void BeginToReplace(ApiAnswer answer)
    {
        lock (patience)
        {
            if (_replaces)
                return;
            say(
                $"The API server refuses to patch metadata alone ({(int)answer.Status}): objects are read and replaced, "
                    + "so their values pass through this program"
            );
            _replaces = true;
        }
    }

    private async Task<ApiAnswer> ReplaceAsync(string path, CancellationToken cancellation)
    {
        var read = await api.GetAsync(path, cancellation);
        if (!read.Succeeded)
            return read;
        try
        {
            return await api.ReplaceAsync(path, read.Body, cancellation);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(read.Body).Span);
        }
    }
}
