using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.InForce;

/// <summary>Waits until the API server works with a file that was just written, and refuses to go on where it doesn't.</summary>
/// <param name="api">The API server, which may be restarting.</param>
/// <param name="limit">How long it may take.</param>
/// <param name="time">Measures it.</param>
public sealed class ConfigurationInForce(ApiClient api, TimeSpan limit, TimeProvider time)
{
    /// <param name="file">The file's bytes.</param>
    /// <param name="written">When it was written.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">Exit code 13: it did not come in time.</exception>
    public async Task WaitAsync(byte[] file, DateTimeOffset written, CancellationToken cancellation)
    {
        var put = new ConfigurationPut(ConfigurationPut.HashOf(file), written, null, null, RestartedByUs: false);
        var taking = await new InForceWait(api, time).WaitAsync(put, probe: null, limit, cancellation);
        if (taking.Reason is { } reason)
            throw new CommandException(ExitCode.Unhealthy, reason, "the log of the API server says why");
    }
}
