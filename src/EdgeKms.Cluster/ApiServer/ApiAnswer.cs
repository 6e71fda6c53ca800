using System.Globalization;
using System.Net;
using System.Text;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>What the API server answered; any status code. Not a record, since those print what they hold.</summary>
/// <param name="request">Method and path, for messages.</param>
/// <param name="status">Status code.</param>
/// <param name="body">The bytes, at most <see cref="ApiClient.MaxBytes"/>.</param>
public sealed class ApiAnswer(string request, HttpStatusCode status, byte[] body)
{
    public HttpStatusCode Status { get; } = status;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public bool Succeeded => (int)Status is >= 200 and < 300;

    public string Text() => Encoding.UTF8.GetString(Body.Span);

    /// <summary>The answer itself, where it is a success.</summary>
    /// <exception cref="CommandException">As <see cref="Failure"/>.</exception>
    public ApiAnswer OrThrow() => Succeeded ? this : throw Failure();

    /// <summary>
    /// Exit code 9: the API server doesn't know the user (401), or the user may not (403); else 1. With the message of the
    /// API server, up to where it may quote a value. A code of a webhook or a policy is none of those: exit code 1.
    /// </summary>
    public CommandException Failure()
    {
        var message = ApiStatus.Message(Body.Span);
        if (AdmissionRefusal.Of(Body.Span) is { } refusal)
        {
            return new CommandException(
                ExitCode.Failed,
                string.Create(CultureInfo.InvariantCulture, $"{request} was refused ({(int)Status}): {message}"),
                refusal.IsFailing
                    ? $"the webhook \"{refusal.Name}\" is down or too slow; \"{refusal.Lists}\" finds it"
                    : $"{refusal.By} \"{refusal.Name}\" is against it; \"{refusal.Lists}\" finds it"
            );
        }
        return Status switch
        {
            HttpStatusCode.Unauthorized => new CommandException(
                ExitCode.Permission,
                $"the API server doesn't accept the credentials of the kubeconfig: {message}",
                "name a kubeconfig of an administrator with --kubeconfig FILE"
            ),
            HttpStatusCode.Forbidden => new CommandException(
                ExitCode.Permission,
                $"the API server refuses {request}: {message}",
                "name a kubeconfig of an administrator with --kubeconfig FILE"
            ),
            _ => new CommandException(
                ExitCode.Failed,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the API server answered {(int)Status} to {request}: {message}"
                ),
                "\"edgekms verify\" looks for the cause; the API server's log has more"
            ),
        };
    }
}
