using System.Net;
using System.Security.Cryptography;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Datastore;

/// <summary>A Secret without data and with a name that nobody can know, to be found in the datastore of the API server that stored it.</summary>
/// <param name="api">The API server.</param>
/// <param name="space">Namespace; it must exist.</param>
internal sealed class BindingProbe(ApiClient api, string space)
{
    private readonly string _name = "edgekms-probe-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private bool _isRefused;

    /// <summary>End of its key in the datastore.</summary>
    internal string Ending => $"/secrets/{space}/{_name}";

    /// <summary>Revision that the API server stored it with; 0 where it is not stored.</summary>
    internal long Revision { get; private set; }

    /// <summary>Why it may not be stored, in the API server's words; null where it is.</summary>
    internal string? Refusal { get; private set; }

    private string Collection => $"/api/v1/namespaces/{Uri.EscapeDataString(space)}/secrets";

    /// <summary>
    /// Not to be interrupted: a request that is taken back may be carried out all the same, after the deletion.
    /// </summary>
    /// <exception cref="CommandException">Exit code 11: no answer.</exception>
    internal async Task WriteAsync()
    {
        var answer = await api.CreateAsync(Collection, SecretManifest.Of(_name), CancellationToken.None);
        // Any status code may be an admission webhook's own: the user was known a moment ago. What is refused is not stored; a failure may come after the storing.
        _isRefused = (int)answer.Status is >= 400 and < 500;
        if (!answer.Succeeded)
            Refusal = ApiStatus.Message(answer.Body.Span);
        else if (ObjectMetadata.Of(answer.Body) is { } metadata)
            Revision = metadata.Revision;
        else
            Refusal = "the API server's answer has no resourceVersion";
    }

    /// <summary>Null where it is gone, else what to tell a person.</summary>
    internal async Task<string?> DeleteAsync()
    {
        if (_isRefused)
            return null;
        string reason;
        try
        {
            var answer = await api.DeleteAsync($"{Collection}/{_name}", CancellationToken.None);
            if (answer.Succeeded || answer.Status == HttpStatusCode.NotFound)
                return null;
            reason = ApiStatus.Message(answer.Body.Span);
        }
        catch (CommandException e)
        {
            reason = e.Message;
        }
        return $"Secret {space}/{_name} stays behind ({reason}): run \"kubectl delete secret -n {space} {_name}\"";
    }
}
