using System.Diagnostics.CodeAnalysis;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Kms;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Serving;

/// <summary>
/// Wraps and unwraps a test value at an interval; while there is no ring, looks for one every 5 seconds. It feeds systemd's
/// watchdog, unless the self-test fails: a process whose memory is bad must not go on.
/// </summary>
[SuppressMessage("Performance", "CA1812", Justification = "made by the host")]
internal sealed class SelfTestLoop(
    EdgeKmsSettings settings,
    Provider provider,
    RingKeeper keeper,
    ServiceNotices notices,
    TimeProvider time,
    ILogger<SelfTestLoop> log
) : Loop(time, log)
{
    private static readonly TimeSpan SealedInterval = TimeSpan.FromSeconds(5);

    /// <summary>The last result; null before the first.</summary>
    internal SelfTestReport? Last { get; private set; }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (provider.Current.Stored is null)
                await keeper.ReloadAsync(stoppingToken);
            else
                Test();
            if (!provider.SelfTestFailed)
                notices.Alive();
            var wait = provider.Current.Stored is null ? SealedInterval : settings.SelfTestInterval;
            await Task.Delay(wait < notices.FeedInterval ? wait : notices.FeedInterval, Time, stoppingToken);
        }
    }

    private void Test()
    {
        var failedBefore = provider.SelfTestFailed;
        var passed = provider.SelfTest();
        Last = new SelfTestReport(passed, UtcText.Now(Time));
        if (!passed)
            DaemonLog.SelfTestFailed(Log);
        else if (failedBefore)
            DaemonLog.SelfTestPassesAgain(Log);
    }
}
