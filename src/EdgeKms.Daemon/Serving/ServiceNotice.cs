using System.Net.Sockets;
using System.Text;

namespace EdgeKms.Daemon.Serving;

/// <summary>Tells systemd (man 3 sd_notify): one datagram to NOTIFY_SOCKET, if there is one.</summary>
internal static class ServiceNotice
{
    internal const string Ready = "READY=1";
    internal const string Stopping = "STOPPING=1";

    internal static void Send(string? notifySocket, string message)
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
