using System.Globalization;
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

    /// <summary>As <see cref="Turns"/>, where the API server says that it has too much to do (429): that may be true for long.</summary>
    private const int BusyTurns = 10;

    private volatile bool _replaces;

    /// <summary>
    /// What a webhook or a policy says is a refusal of this object, whatever its status code: that code is its own and is taken for
    /// none of the API server's. What else looks like one is asked back: a GET passes no admission.
    /// </summary>
    /// <returns>The message is the API server's, for <see cref="RewriteOutcome.Refused"/> alone.</returns>
    /// <exception cref="CommandException">Exit code 11: the API server does not come back; 9: it doesn't accept the user.</exception>
    internal async Task<(RewriteOutcome Outcome, string? Message)> WriteAsync(
        ApiResource resource,
        ObjectIdentity one,
        CancellationToken cancellation
    )
    {
        var path = resource.Path(one.Namespace, one.Name);
        var (patch, version, accept) = (one.Patch(), one.ResourceVersion, Protobuf);
        var (changes, strikes) = (0, 0);
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
                // A slow webhook looks like this too, for this object alone.
                if (await IsReadyAsync(cancellation) && ++strikes == Turns)
                    return Refused(
                        $"{e.Message}, {Turns} times, while it is ready: a slow admission webhook may be why"
                    );
                await patience.WaitAsync(turn, e.Message, cancellation);
                continue;
            }
            if (answer.Succeeded)
            {
                if (StoredVersion.Of(answer.Body) is not { } now)
                    return Refused(
                        "the answer to the write is no object: something in front of the API server gave it"
                    );
                patience.Progress();
                return (
                    changes > 0 ? RewriteOutcome.Gone
                    : now == one.ResourceVersion ? RewriteOutcome.Fresh
                    : RewriteOutcome.Rewritten,
                    null
                );
            }
            if (AdmissionRefusal.Of(answer.Body.Span) is not null)
                return Refused(answer);
            if (KubernetesProtobuf.Is(answer.Body.Span) && accept != Json)
            {
                // Why it failed is for people, in JSON.
                accept = Json;
                continue;
            }
            switch (answer.Status)
            {
                case HttpStatusCode.NotAcceptable
                or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.MethodNotAllowed when !_replaces:
                    BeginToReplace(answer);
                    continue;
                case HttpStatusCode.Unauthorized
                or HttpStatusCode.NotFound
                or HttpStatusCode.Conflict
                or HttpStatusCode.UnprocessableEntity:
                    var (found, seen) = await LookAsync(path, cancellation);
                    if (found == Presence.Unknown)
                    {
                        if (await IsReadyAsync(cancellation) && ++strikes == Turns)
                            return Refused(answer);
                        break;
                    }
                    if (found == Presence.Gone)
                    {
                        patience.Progress();
                        return (RewriteOutcome.Gone, null);
                    }
                    if (seen == version)
                        return Refused(answer);
                    // Someone else wrote it, so stored it anew. Asked once more without the state: stale, it would be stored now.
                    if (++changes > Turns)
                        return (RewriteOutcome.Gone, null);
                    (version, patch) = (seen!, "[]"u8.ToArray());
                    continue;
                case HttpStatusCode.TooManyRequests:
                    if (await IsReadyAsync(cancellation) && ++strikes == BusyTurns)
                        return Refused(answer);
                    break;
                case >= HttpStatusCode.InternalServerError:
                    if (await IsReadyAsync(cancellation) && ++strikes == Turns)
                        return Refused(answer);
                    break;
                default:
                    return Refused(answer);
            }
            await patience.WaitAsync(turn, answer.Failure().Message, cancellation);
        }
    }

    private enum Presence
    {
        Unknown,
        Gone,
        Stored,
    }

    /// <summary>What the API server itself says of an object, and in which state it is.</summary>
    /// <exception cref="CommandException">Exit code 9: it doesn't accept the user.</exception>
    private async Task<(Presence Found, string? Version)> LookAsync(string path, CancellationToken cancellation)
    {
        try
        {
            var answer = await api.GetAsync(path, cancellation, Json);
            if (answer.Status == HttpStatusCode.Unauthorized)
                throw answer.Failure();
            if (answer.Succeeded && StoredVersion.Of(answer.Body) is { } version)
                return (Presence.Stored, version);
            return answer.Status == HttpStatusCode.NotFound && ApiStatus.Member(answer.Body.Span, "kind") == "Status"
                ? (Presence.Gone, null)
                : (Presence.Unknown, null);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            return (Presence.Unknown, null);
        }
    }

    private (RewriteOutcome Outcome, string? Message) Refused(ApiAnswer answer) =>
        Refused(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{ApiStatus.Reason(answer.Body.Span)}{(answer.Body.IsEmpty ? $", status code {(int)answer.Status}" : "")}"
            )
        );

    private (RewriteOutcome Outcome, string? Message) Refused(string reason)
    {
        patience.Progress();
        return (RewriteOutcome.Refused, reason);
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
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
