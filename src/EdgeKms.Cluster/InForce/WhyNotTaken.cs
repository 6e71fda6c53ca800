using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Text;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.InForce;

/// <summary>
/// Why a file was not taken, and what to look at. Nothing of it says "restart": when it is read, the file before lies on disk
/// again, and a restart that is wanted is the next command's (<c>--restart-command</c>).
/// </summary>
/// <param name="Reason">For people, with what the API server, its log or its process says.</param>
/// <param name="Hint">What to look at or to mend; true with the file before on disk.</param>
public sealed record WhyNotTaken(string Reason, string Hint)
{
    private const int MaxText = 500;

    /// <summary>Looks for the cause; never throws for what can't be found.</summary>
    /// <param name="api">The API server; it may be down.</param>
    /// <param name="taking">How the wait ended, not taken.</param>
    /// <param name="put">The file.</param>
    /// <param name="process">The API server's process, where it was found.</param>
    /// <param name="socket">The KMS socket that the file names; null where it has none.</param>
    /// <param name="log">Its log.</param>
    /// <param name="cancellation">Ends the questions.</param>
    public static async Task<WhyNotTaken> FindAsync(
        ApiClient api,
        Taking taking,
        ConfigurationPut put,
        ApiServerProcess? process,
        string? socket,
        ApiServerLog log,
        CancellationToken cancellation
    )
    {
        var reason = taking.Reason ?? "";
        var look = log.Command(process);
        if (taking.Verdict is InForceVerdict.StillBefore or InForceVerdict.NotYet && !put.RestartedByUs)
        {
            var isSilent = taking.Sample is { IsReachable: true, Hash: null, CountsReloads: false };
            var isStatic = process?.WhyNoReload ?? (taking.Sample.Reloads == false || isSilent ? "" : null);
            if (isStatic is not null)
            {
                return new WhyNotTaken(
                    isStatic.Length > 0 ? $"{reason}; {isStatic}" : reason,
                    "run the same command again with --restart-command COMMAND, which it runs after each step: COMMAND restarts the API server"
                );
            }
        }
        if (socket is not null && process?.Reach(socket) is SocketReach.Unreachable gap)
            return new WhyNotTaken($"{reason}; {gap.Reason}", gap.Hint);
        var said = log.LastError(put.Since) ?? await HealthAsync(api, taking.Sample, cancellation);
        return new WhyNotTaken(said is null ? reason : $"{reason}; {Known(said)}", look);
    }

    /// <summary>The verbose page withholds the reason, the check's own path tells it.</summary>
    private static async Task<string?> HealthAsync(ApiClient api, InForceSample sample, CancellationToken cancellation)
    {
        if (sample.Failing.FirstOrDefault(f => f.StartsWith("kms-provider", StringComparison.Ordinal)) is not { } check)
            return null;
        try
        {
            var answer = await api.GetAsync($"/healthz/{check}", cancellation, "text/plain");
            return answer.Succeeded ? null : OneLine.Of(answer.Text(), MaxText);
        }
        catch (CommandException)
        {
            return null;
        }
    }

    private static string Known(string said) => KnownErrors.Find(said) is { } known ? $"{known.Cause} ({said})" : said;
}
