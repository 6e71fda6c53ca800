using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>probe-secret</c>: a Secret of random bytes, written, read back and deleted.</summary>
/// <param name="api">The API server.</param>
/// <param name="kubernetesNamespace">Where; it must exist.</param>
internal sealed class ProbeSecret(ApiClient api, string kubernetesNamespace)
{
    internal const string CheckName = "probe-secret";

    private const string Entry = "probe";

    private readonly byte[] _value = RandomNumberGenerator.GetBytes(32);

    internal string Name { get; } = "edgekms-verify-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    private string Collection => $"/api/v1/namespaces/{Uri.EscapeDataString(kubernetesNamespace)}/secrets";

    private string Path => $"{Collection}/{Name}";

    /// <summary>True once it is stored.</summary>
    internal bool IsWritten { get; private set; }

    /// <summary>
    /// Writes and reads it. Not to be interrupted: a request that is taken back may be carried out all the same, after the
    /// deletion.
    /// </summary>
    /// <exception cref="CommandException">Exit code 11: no answer; 9: the user may not.</exception>
    internal async Task<CheckLine> WriteAndReadAsync()
    {
        var written = await api.CreateAsync(
            Collection,
            SecretManifest.Of(Name, data => data.WriteBase64String(Entry, _value)),
            CancellationToken.None
        );
        if (!written.Succeeded)
            return Failed("can't be written", written);
        IsWritten = true;
        var read = await api.GetAsync(Path, CancellationToken.None);
        if (!read.Succeeded)
            return Failed("can't be read", read);
        return IsOwnValue(read.Body)
            ? CheckLine.Ok(CheckName, $"Secret {kubernetesNamespace}/{Name} was written and read")
            : CheckLine.Failed(
                CheckName,
                $"Secret {kubernetesNamespace}/{Name} was read with another value than it was written with",
                "something between here and the datastore changes Secrets, such as an admission webhook",
                "kubectl get mutatingwebhookconfigurations"
            );
    }

    /// <summary>Deletes it. Null where that went well, else a failure that says how to do it by hand.</summary>
    internal async Task<CheckLine?> DeleteAsync()
    {
        string reason;
        try
        {
            var answer = await api.DeleteAsync(Path, CancellationToken.None);
            if (answer.Succeeded || answer.Status == HttpStatusCode.NotFound)
                return null;
            reason = answer.Failure().Message;
        }
        catch (CommandException e)
        {
            reason = e.Message;
        }
        return CheckLine.Failed(
            CheckName,
            $"Secret {kubernetesNamespace}/{Name} can't be deleted",
            reason,
            $"kubectl delete secret -n {kubernetesNamespace} {Name}"
        );
    }

    private static CheckLine Failed(string what, ApiAnswer answer)
    {
        var failure = answer.Failure();
        if (failure.ExitCode == ExitCode.Permission)
            throw failure;
        if (AdmissionRefusal.Of(answer.Body.Span) is { } refusal)
        {
            // Its status code is its own: no namespace is missing, no user is refused.
            return CheckLine.Failed(
                CheckName,
                $"a Secret {what}: {ApiStatus.Reason(answer.Body.Span)}",
                refusal.IsFailing
                    ? $"the webhook \"{refusal.Name}\" is down or too slow"
                    : $"{refusal.By} \"{refusal.Name}\" is against it",
                refusal.Lists
            );
        }
        return answer.Status == HttpStatusCode.NotFound
            ? CheckLine.Failed(
                CheckName,
                $"a Secret {what}: {failure.Message}",
                "the namespace doesn't exist, or this API server has no Secrets",
                "edgekms verify --namespace NAME"
            )
            : CheckLine.Explained(CheckName, $"a Secret {what}: {failure.Message}", answer.Text());
    }

    private bool IsOwnValue(ReadOnlyMemory<byte> secret)
    {
        try
        {
            using var json = JsonDocument.Parse(secret);
            return json.RootElement.GetProperty("data").GetProperty(Entry).TryGetBytesFromBase64(out var read)
                && CryptographicOperations.FixedTimeEquals(read, _value);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
