using System.Net;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.InForce;

/// <summary>
/// What an API server says at one moment about the encryption configuration that it works with: <c>/metrics</c>
/// (<see cref="ReloadMetrics"/>) and <c>/readyz?verbose</c>. Its times are those of its machine's clock, which is also that of
/// the file: they are compared with the file's, never with another machine's.
/// </summary>
/// <param name="At">When it was asked, by the wall clock.</param>
/// <param name="Uptime">The same moment by a clock that nobody sets; what <see cref="At"/> moved more is a step of the wall clock.</param>
public sealed record InForceSample(DateTimeOffset At, TimeSpan Uptime)
{
    /// <summary>Null where it answered, else why it didn't, for people.</summary>
    public string? Trouble { get; init; }

    public bool IsReachable => Trouble is null;

    /// <summary>The hashes that <c>last_config_info</c> names, such as <c>sha256:0f3a…</c>; empty before Kubernetes 1.34.</summary>
    public IReadOnlyList<string> Hashes { get; init; } = [];

    /// <summary>The hash in force; null where it names none or several.</summary>
    public string? Hash => Hashes is [var only] ? only : null;

    /// <summary>Which API servers the metrics are of (<c>apiserver_id_hash</c>: of the machine's name, the same after a restart).</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Good reloads since the process started; of 1.29 and later also 0 where the metric isn't there yet.</summary>
    public long Successes { get; init; }

    /// <summary>Reloads that failed since the process started.</summary>
    public long Failures { get; init; }

    /// <summary>True where one of the counters is there.</summary>
    public bool HasCounters { get; init; }

    /// <summary>The end of the last good reload.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>The end of the last reload that failed.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>
    /// Start of its process, up to 1 s early: the kernel's boot time, which it is counted from, is truncated to seconds. A step
    /// of the wall clock moves it by whole seconds, for the same process.
    /// </summary>
    public DateTimeOffset? ProcessStart { get; init; }

    /// <summary>Such as <c>v1.31.5+k3s1</c> (<c>kubernetes_build_info</c>, which an API server of another make may lack: then <c>/version</c>).</summary>
    public string? Version { get; init; }

    /// <summary>True where it watches its configuration; false where it takes another by a restart alone; null where it wasn't said.</summary>
    public bool? Reloads { get; init; }

    public bool IsReady { get; init; }

    /// <summary>Names of the readiness checks that failed, such as <c>kms-providers</c>.</summary>
    public IReadOnlyList<string> Failing { get; init; } = [];

    /// <summary>Asks an API server.</summary>
    /// <exception cref="CommandException">Exit code 9: the user may not read metrics.</exception>
    public static async Task<InForceSample> ReadAsync(ApiClient api, TimeProvider time, CancellationToken cancellation)
    {
        var sample = Now(time);
        try
        {
            var metrics = await api.GetAsync("/metrics", cancellation, "text/plain");
            if (metrics.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw metrics.Failure();
            if (!metrics.Succeeded)
                return sample with { Trouble = metrics.Failure().Message };
            var ready = await api.GetAsync("/readyz?verbose", cancellation, "text/plain");
            var found = Parse(metrics.Body.Span, ready, sample);
            return found.Version is null && found.Hash is null
                ? found with
                {
                    Version = (await ApiVersion.AskAsync(api, cancellation)).GitVersion,
                }
                : found;
        }
        catch (CommandException e) when (e.ExitCode is ExitCode.Unreachable)
        {
            return sample with { Trouble = e.Message };
        }
    }

    /// <summary>One that didn't answer.</summary>
    internal static InForceSample Down(TimeProvider time, string trouble) => Now(time) with { Trouble = trouble };

    /// <param name="metrics">The body of <c>/metrics</c>.</param>
    /// <param name="ready">The answer of <c>/readyz?verbose</c>, of any status.</param>
    /// <param name="sample">When it was.</param>
    internal static InForceSample Parse(ReadOnlySpan<byte> metrics, ApiAnswer ready, InForceSample sample)
    {
        var readyz = Readyz.Of(ready);
        return ReloadMetrics.Read(metrics, sample) with
        {
            IsReady = readyz.IsReady,
            Failing = [.. readyz.Failed],
            // Without any check it isn't the verbose page, and says nothing of hooks.
            Reloads =
                readyz.Has("ping") || readyz.Has(Readyz.AutomaticReload) ? readyz.Has(Readyz.AutomaticReload) : null,
        };
    }

    /// <summary>True where its version is known to be older than a version such as 1.29.</summary>
    internal bool IsBefore(int minor) => new ApiVersion(Version, null).IsBefore(1, minor);

    /// <summary>
    /// True where reloads are counted, so that "none counted" says that there was none: 1.28 shows its counters from the start,
    /// where it has them; 1.29 and later only after the first reload.
    /// </summary>
    internal bool CountsReloads => HasCounters || (Version is not null && !IsBefore(29));

    /// <summary>True where its process goes on in another sample, false where another process answered; null where it isn't known.</summary>
    /// <remarks>
    /// A restart that takes less than a second shows here and nowhere else. Within one process the start moves only by whole
    /// seconds, by about as much as the wall clock was set: the boot time in /proc/stat is whole seconds, the start a count of
    /// 10 ms ticks after it (man 5 proc; prometheus/procfs).
    /// </remarks>
    internal bool? IsSameProcess(InForceSample later)
    {
        if (ProcessStart is not { } before || later.ProcessStart is not { } now)
            return null;
        var moved = (now - before).TotalSeconds;
        var isWhole = Math.Abs(moved - Math.Round(moved)) < 0.005;
        return isWhole && (Math.Abs(moved) <= 1.05 || Math.Abs(moved - ClockStep(later).TotalSeconds) <= 1.05);
    }

    /// <summary>How far the wall clock was set forward between two samples; negative for backward.</summary>
    internal TimeSpan ClockStep(InForceSample later) => later.At - At - (later.Uptime - Uptime);

    private static InForceSample Now(TimeProvider time) =>
        new(time.GetUtcNow(), time.GetElapsedTime(0, time.GetTimestamp()));
}
