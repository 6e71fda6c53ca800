using System.Net;
using System.Security.Cryptography;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Metrics;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// Waits until the API server works with a file: its metric <c>last_config_info</c> has the file's SHA-256; an older one
/// tells when it last read its file (kms-plugin-contract.md 2.14, 2.15). It looks at the file every 60 s.
/// </summary>
/// <param name="api">The API server, which may be restarting.</param>
/// <param name="limit">How long it may take.</param>
/// <param name="time">Measures it.</param>
public sealed class ConfigurationInForce(ApiClient api, TimeSpan limit, TimeProvider time)
{
    private const string Info = "apiserver_encryption_config_controller_last_config_info";
    private const string Reload = "apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds";
    private const string Start = "process_start_time_seconds";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <param name="file">The file's bytes.</param>
    /// <param name="written">When it was written.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">Exit code 13: it did not come in time; 9: the user may not read metrics.</exception>
    public async Task WaitAsync(byte[] file, DateTimeOffset written, CancellationToken cancellation)
    {
        var hash = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(file));
        var start = time.GetTimestamp();
        while (true)
        {
            var reason = await ReasonAsync(hash, written, cancellation);
            if (reason is null)
                return;
            if (time.GetElapsedTime(start) >= limit)
            {
                throw new CommandException(
                    ExitCode.Unhealthy,
                    $"the API server has not taken the new configuration within {limit.TotalSeconds:0} s: {reason}",
                    "see its log; where it runs without --encryption-provider-config-automatic-reload=true, restart it, then run the same command again"
                );
            }
            await Task.Delay(s_pause, time, cancellation);
        }
    }

    /// <summary>Null when it works with the file and is ready.</summary>
    private async Task<string?> ReasonAsync(string hash, DateTimeOffset written, CancellationToken cancellation)
    {
        try
        {
            var metrics = (await api.GetAsync("/metrics", cancellation, "text/plain")).OrThrow().Body;
            if (!IsInForce(metrics.Span, hash, written))
                return "it still works with the one before";
            var ready = await api.GetAsync("/readyz", cancellation, "text/plain");
            return ready.Status == HttpStatusCode.OK ? null : "it is not ready: " + Failing(ready.Text());
        }
        catch (CommandException e) when (e.ExitCode is ExitCode.Unreachable)
        {
            return e.Message;
        }
    }

    private static bool IsInForce(ReadOnlySpan<byte> metrics, string hash, DateTimeOffset written)
    {
        var infos = MetricsText.Read(metrics, Info);
        if (infos.Count > 0)
            return infos.Any(i => i.Has("hash", hash) && i.Value > 0);
        var since = written.ToUnixTimeMilliseconds() / 1000.0;
        return MetricsText.Read(metrics, Reload).Any(r => r.Has("status", "success") && r.Value >= since)
            || MetricsText.Read(metrics, Start).Any(s => s.Value >= since);
    }

    private static string Failing(string readyz) =>
        string.Join(", ", readyz.Split('\n').Where(l => l.StartsWith("[-]", StringComparison.Ordinal)));
}
