using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.InForce;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// Waits until an API server that answered before the deployment is ready with the new files. One that didn't is not waited
/// for: it may be a machine that is being prepared.
/// </summary>
/// <param name="client">The API server, with the administrator's kubeconfig.</param>
/// <param name="limit">How long it may take.</param>
/// <param name="time">The clock.</param>
public sealed class ApiServerWait(ApiClient client, TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly DateTimeOffset _begin = time.GetUtcNow();

    private InForceSample? _before;

    /// <summary>True when it answers now.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            _before = await InForceSample.ReadAsync(client, time, cancellation);
            return _before.IsReachable;
        }
        catch (CommandException)
        {
            return false;
        }
    }

    /// <param name="configuration">What it is to work with; null: nothing, so that it has only to be another process than before.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">Exit code 13: it is not ready in time.</exception>
    internal async Task ReadyAsync(byte[]? configuration, CancellationToken cancellation)
    {
        if (
            await (configuration is null ? RestartedAsync(cancellation) : TakenAsync(configuration, cancellation)) is
            { } reason
        )
            throw new CommandException(ExitCode.Unhealthy, reason, "the log of the API server says why");
    }

    private async Task<string?> TakenAsync(byte[] configuration, CancellationToken cancellation)
    {
        var hash = ConfigurationPut.HashOf(configuration);
        var put = new ConfigurationPut(hash, _begin, HashBefore: null, _before, RestartedByUs: true);
        return (await new InForceWait(client, time).WaitAsync(put, probe: null, limit, cancellation)).Reason;
    }

    /// <summary>Null once it is; else why not.</summary>
    private async Task<string?> RestartedAsync(CancellationToken cancellation)
    {
        for (var start = time.GetTimestamp(); ; )
        {
            var (isReady, reason) = await LookAsync(cancellation);
            if (isReady)
                return null;
            if (time.GetElapsedTime(start) >= limit)
                return $"the API server is not ready without the configuration within {limit.TotalSeconds:0} s: {reason}";
            await Task.Delay(s_pause, time, cancellation);
        }
    }

    private async Task<(bool IsReady, string Reason)> LookAsync(CancellationToken cancellation)
    {
        try
        {
            var now = await InForceSample.ReadAsync(client, time, cancellation);
            var isAnother = _before?.IsSameProcess(now) == false || now.ProcessStart >= _begin;
            return (
                now.IsReachable && now.IsReady && isAnother,
                now.Trouble ?? (isAnother ? string.Join(", ", now.Failing) : "it still runs as before")
            );
        }
        catch (CommandException e)
        {
            // While it starts it may not know its users' rights yet.
            return (false, e.Message);
        }
    }
}
