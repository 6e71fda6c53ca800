using System.Net;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Metrics;
using EdgeKms.Cluster.Verify;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// Waits until the API server writes with the active key: what is written before that stays under the old one
/// (kms-plugin-contract.md 2.13). Its metrics tell, else a Secret that is written, looked for in the datastore and deleted.
/// </summary>
/// <param name="api">The API server, which may be restarting.</param>
/// <param name="datastore">Null where it can't be reached.</param>
/// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
/// <param name="limit">How long it may take.</param>
/// <param name="time">Measures it.</param>
/// <param name="say">Gets why it waits.</param>
/// <param name="file">The API server's configuration, for the hint; null where it isn't known.</param>
/// <param name="names">Under which our provider writes: each has a probe of its own, and a time of its own at which the API server sees
/// a new key; null where that isn't known.</param>
public sealed class KeyOfApiServer(
    ApiClient api,
    IDatastore? datastore,
    string root,
    TimeSpan limit,
    TimeProvider time,
    Action<string> say,
    string? file = null,
    IReadOnlyList<string>? names = null
)
{
    private const string ProbeNamespace = "default";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>True where it looks as if the API server wrote with another provider.</summary>
    private bool _isAnother;

    /// <exception cref="CommandException">Exit code 13: it did not come in time; 11: no API server answers.</exception>
    public async Task WaitAsync(ActiveKey key, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var said = ""; ; )
        {
            var (reason, exit) = await ReasonAsync(key, cancellation);
            if (reason is null)
                return;
            if (time.GetElapsedTime(start) >= limit)
            {
                throw new CommandException(
                    exit,
                    $"the API server did not take the key {key.Id} within {limit.TotalSeconds:0} s: {reason}",
                    exit == ExitCode.Unhealthy && _isAnother
                        ? $"where another provider writes: \"{MigrateCommandLine.ToKms(file)}\"; \"edgekms verify\" looks for the cause"
                        : "\"edgekms verify\" looks for the cause"
                );
            }
            if (reason != said)
                say($"Waiting: {reason}");
            said = reason;
            await Task.Delay(s_pause, time, cancellation);
        }
    }

    /// <summary>Null when it writes with the key.</summary>
    private async Task<(string? Reason, ExitCode Exit)> ReasonAsync(ActiveKey key, CancellationToken cancellation)
    {
        _isAnother = false;
        try
        {
            var metrics = await api.GetAsync("/metrics", cancellation, "text/plain");
            var seen = metrics.Succeeded ? AnnouncedKey.Read(metrics.Body.Span, key.Provider) : [];
            // Its health check asks the provider for its key, where the last answer is older than 20 s, and ends after the
            // change to that key.
            var ready = await api.GetAsync("/readyz", cancellation, "text/plain");
            if (ready.Status != HttpStatusCode.OK)
                return ("the API server is not ready", ExitCode.Unhealthy);
            var reason = seen.Count == 0 ? await ProbeAsync(key, cancellation) : Reason(key, seen);
            return (reason, reason is null ? ExitCode.Ok : ExitCode.Unhealthy);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            return (e.Message, ExitCode.Unreachable);
        }
    }

    /// <summary>Null where every name under which our provider writes has the key.</summary>
    private string? Reason(ActiveKey key, IReadOnlyList<AnnouncedKey> seen)
    {
        if (names?.FirstOrDefault(n => seen.All(s => s.Provider != n)) is { } missing)
            return $"its metrics name no key of provider \"{missing}\": it works with another configuration than {file}";
        var writing = names is null
            ? AnnouncedKey.Living(seen)
            : [.. seen.Where(s => names.Contains(s.Provider, StringComparer.Ordinal))];
        if (writing.FirstOrDefault(s => s.Hash != key.Hash) is not { } old)
            return null;
        var whose = writing.Count > 1 ? $" of provider \"{old.Provider}\"" : "";
        return $"the API server still uses key {old.Hash}{whose}, it looks for a new one once a minute";
    }

    private async Task<string?> ProbeAsync(ActiveKey key, CancellationToken cancellation)
    {
        if (datastore is null)
        {
            _isAnother = true;
            return $"its metrics name no key of a provider \"{key.Provider}\", and the datastore can't be reached";
        }
        var probe = new ProbeSecret(api, ProbeNamespace);
        try
        {
            var written = await probe.WriteAndReadAsync();
            if (!probe.IsWritten)
                return written.Detail;
            var found = await datastore.GetAsync($"{root}/secrets/{ProbeNamespace}/{probe.Name}", cancellation);
            _isAnother = found is { Value: var stored } && !key.Expectation.IsOwn(stored.Prefix);
            return found switch
            {
                null => $"{datastore.Name} is the datastore of another cluster",
                { Value: var value } when key.Holds(value) => null,
                { Value.KeyId: { } used } when !_isAnother =>
                    $"the API server still uses key {used}, it looks for a new one once a minute",
                _ => $"the API server stores Secrets with another provider than {key.Provider}",
            };
        }
        finally
        {
            await probe.DeleteAsync();
        }
    }
}
