namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>Children of an <c>edgekms up</c> that was killed.</summary>
internal static class Leftovers
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Stops them, in the order that is given, and says so. A process that only has the same id is left alone.</summary>
    internal static async Task StopAsync(
        LocalState state,
        IEnumerable<string> names,
        TimeSpan patience,
        TimeProvider time,
        Action<string> step,
        CancellationToken stop
    )
    {
        foreach (var name in names)
        {
            if (ChildRecord.Alive(state, name) is { } process)
            {
                step($"Stopping {name} (process {process.Pid}), which an earlier \"edgekms up\" left behind");
                ChildProcess.Signal(process.Pid, Terminate);
                var since = time.GetTimestamp();
                while (process.IsAlive)
                {
                    if (time.GetElapsedTime(since) > patience)
                        ChildProcess.Signal(process.Pid, Kill);
                    await Task.Delay(s_poll, time, stop);
                }
            }
            ChildRecord.Delete(state, name);
        }
    }
}
