namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>How long a child that has ended waits for its next start: 1 s, doubled up to 30 s; anew after 60 s of running.</summary>
internal static class RestartDelay
{
    internal static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_good = TimeSpan.FromSeconds(60);

    /// <param name="last">The delay before the run that has ended; zero for the first one.</param>
    /// <param name="ran">How long that run was.</param>
    internal static TimeSpan Next(TimeSpan last, TimeSpan ran) =>
        last == TimeSpan.Zero || ran >= s_good ? First
        : last * 2 < s_longest ? last * 2
        : s_longest;
}
