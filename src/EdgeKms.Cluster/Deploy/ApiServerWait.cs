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

    /// <summary>True when it answers now.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            return (await client.GetAsync("/version", cancellation)).Succeeded;
        }
        catch (CommandException)
        {
            return false;
        }
    }

    /// <exception cref="CommandException">Exit code 13: it is not ready in time.</exception>
    internal Task ReadyAsync(byte[] configuration, CancellationToken cancellation) =>
        new ConfigurationInForce(client, limit, time).WaitAsync(configuration, _begin, cancellation);
}
