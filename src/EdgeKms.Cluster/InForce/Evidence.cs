namespace EdgeKms.Cluster.InForce;

/// <summary>
/// What reloads happened since a file got its bytes. Within one process the counters tell; they begin at 0 in another one,
/// where only times are left.
/// </summary>
/// <param name="Put">The file.</param>
/// <param name="Now">What the API server says.</param>
/// <param name="IsSame">True where the process of <see cref="ConfigurationPut.Before"/> goes on.</param>
internal sealed record Evidence(ConfigurationPut Put, InForceSample Now, bool? IsSame)
{
    internal static Evidence Of(ConfigurationPut put, InForceSample now) =>
        new(put, now, put.Before?.IsSameProcess(now));

    private InForceSample? Earlier => IsSame == true ? Put.Before : null;

    /// <summary>Good reloads since; 1 for one or more where only times are known.</summary>
    internal long Loads =>
        Earlier is { } before ? Now.Successes - before.Successes
        : Now.LastSuccess >= Put.Since ? 1
        : 0;

    internal bool Loaded => Loads > 0;

    internal bool Failed => Earlier is { } before ? Now.Failures > before.Failures : Now.LastFailure >= Put.Since;

    /// <summary>The last good reload before the exchange.</summary>
    internal DateTimeOffset? SuccessBefore => Earlier?.LastSuccess;

    /// <summary>How long ago the exchange was, at least; zero where the API server wasn't asked before it.</summary>
    internal TimeSpan SinceExchange => Put.Before is { } before ? Now.Uptime - before.Uptime : TimeSpan.Zero;

    /// <summary>True where a reload that ended then can't have read the file before: it would have had to take too long.</summary>
    internal bool ReadAfter(DateTimeOffset? end) => end - Forward >= Put.Since + Put.LongestReload;

    /// <summary>
    /// True where the API server has looked at the file again since then, by either clock. Nothing was loaded or refused
    /// after that moment: whoever asks has looked.
    /// </summary>
    internal bool QuietSince(DateTimeOffset moment)
    {
        var needed = InForceJudge.Look + Put.LongestReload;
        return Now.At - moment >= needed
            && (Put.Before is null || SinceExchange >= needed + Put.LongestReload || !Put.IsExchange);
    }

    /// <summary>How far the wall clock was set forward since the sample before: so much later a time may seem.</summary>
    private TimeSpan Forward => Put.Before?.ClockStep(Now) is { } step && step > TimeSpan.Zero ? step : TimeSpan.Zero;
}
