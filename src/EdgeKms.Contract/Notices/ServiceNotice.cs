using System.Net.Sockets;
using System.Text;

namespace EdgeKms.Contract.Notices;

/// <summary>Tells systemd (man 3 sd_notify): one datagram to NOTIFY_SOCKET, if there is one.</summary>
public static class ServiceNotice
{
    /// <summary>The service works.</summary>
    public const string Ready = "READY=1";

    /// <summary>The service ends.</summary>
    public const string Stopping = "STOPPING=1";

    /// <summary>The service is alive and healthy: within WatchdogSec= of the one before.</summary>
    public const string Watchdog = "WATCHDOG=1";

    /// <summary>A line for <c>systemctl status</c>.</summary>
    public static string Status(string line) => $"STATUS={line}";

    /// <param name="notifySocket">NOTIFY_SOCKET: a path, or a name of the abstract name space after <c>@</c>; null or empty for none.</param>
    /// <param name="message">One of the notices.</param>
    public static void Send(string? notifySocket, string message)
    {
        if (string.IsNullOrEmpty(notifySocket))
            return;
        var path = notifySocket[0] == '@' ? "\0" + notifySocket[1..] : notifySocket;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            // Nobody waits for the notice: the service manager's own time-out speaks for it.
        }
    }
}
