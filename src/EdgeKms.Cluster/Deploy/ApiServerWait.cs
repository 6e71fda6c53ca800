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

    /// <exception cref="CommandException">Exit code 13: it is not ready in time.</exception>
    internal async Task ReadyAsync(byte[] configuration, CancellationToken cancellation)
    {
        var hash = ConfigurationPut.HashOf(configuration);
        var put = new ConfigurationPut(hash, _begin, HashBefore: null, _before, RestartedByUs: true);
        var taking = await new InForceWait(client, time).WaitAsync(put, probe: null, limit, cancellation);
        if (taking.Reason is { } reason)
            throw new CommandException(ExitCode.Unhealthy, reason, "the log of the API server says why");
    }
}
