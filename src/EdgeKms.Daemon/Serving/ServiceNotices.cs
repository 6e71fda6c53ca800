using System.Globalization;
using EdgeKms.Contract.Notices;

namespace EdgeKms.Daemon.Serving;

/// <summary>What systemd hears of this process (man 3 sd_notify, sd_watchdog_enabled); nothing where it didn't start it.</summary>
internal sealed class ServiceNotices
{
    /// <summary>A third of WatchdogSec=: one that comes late doesn't end the service.</summary>
    private const int Share = 3;

    private readonly string? _socket;
    private readonly bool _watched;
    private string? _status;

    internal ServiceNotices(Func<string, string?> environment, int pid)
    {
        _socket = environment("NOTIFY_SOCKET");
        var forPid = environment("WATCHDOG_PID");
        var isOurs = forPid is null || forPid == pid.ToString(CultureInfo.InvariantCulture);
        if (
            isOurs
            && long.TryParse(
                environment("WATCHDOG_USEC"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var microseconds
            )
            && microseconds is > 0 and < long.MaxValue / TimeSpan.TicksPerMicrosecond
        )
        {
            _watched = true;
            FeedInterval = TimeSpan.FromTicks(microseconds * TimeSpan.TicksPerMicrosecond / Share);
        }
    }

    /// <summary>How often the watchdog wants to hear of us; for ever where there is none.</summary>
    internal TimeSpan FeedInterval { get; } = TimeSpan.MaxValue;

    internal void Ready() => ServiceNotice.Send(_socket, ServiceNotice.Ready);

    internal void Stopping() => ServiceNotice.Send(_socket, ServiceNotice.Stopping);

    internal void Alive()
    {
        if (_watched)
            ServiceNotice.Send(_socket, ServiceNotice.Watchdog);
    }

    /// <summary>A line for <c>systemctl status</c>, if it is another than the one before.</summary>
    internal void Say(string status)
    {
        if (string.Equals(status, _status, StringComparison.Ordinal))
            return;
        _status = status;
        ServiceNotice.Send(_socket, ServiceNotice.Status(status));
    }
}
