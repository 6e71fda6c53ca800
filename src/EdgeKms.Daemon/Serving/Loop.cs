namespace EdgeKms.Daemon.Serving;

/// <summary>
/// Something that the daemon does again and again beside its calls. A failure that the loop does not expect is one pair of lines
/// in the log, and the loop begins again: the calls go on meanwhile, and a self-test that never passes again feeds no watchdog.
/// </summary>
internal abstract class Loop(TimeProvider time, ILogger log) : BackgroundService
{
    internal static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    protected TimeProvider Time { get; } = time;

    protected ILogger Log { get; } = log;

    /// <summary>Runs until it is cancelled.</summary>
    protected abstract Task RunAsync(CancellationToken stoppingToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                try
                {
                    await RunAsync(stoppingToken);
                    return;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    DaemonLog.LoopFailed(Log, GetType().Name, (int)pause.TotalSeconds, e);
                }
                await Task.Delay(pause, Time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The daemon stops, or never got to start: nothing of the loop's.
        }
    }
}
