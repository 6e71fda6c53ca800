using System.Net;
using System.Net.Sockets;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>A TCP port of 127.0.0.1 that a child will listen on.</summary>
internal static class LoopbackPort
{
    /// <summary>The port, or a free one for 0, after it was seen to be free.</summary>
    /// <param name="port">0 to 65535.</param>
    /// <param name="owner">Who will listen there.</param>
    /// <param name="flag">The flag that names another.</param>
    /// <exception cref="CommandException">Exit code 10: somebody listens there; 9: this user may not.</exception>
    internal static int Take(int port, string owner, string flag)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return ((IPEndPoint)socket.LocalEndPoint!).Port;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new CommandException(
                ExitCode.Permission,
                $"this user may not listen on port {port} of 127.0.0.1, which is for {owner}",
                $"name one above 1023 with {flag}",
                e
            );
        }
        catch (SocketException e)
        {
            throw new CommandException(
                ExitCode.Busy,
                $"port {port} of 127.0.0.1, which is for {owner}, is taken by another program",
                $"\"ss -ltnp\" shows which; name another port with {flag}, 0 takes a free one",
                e
            );
        }
    }
}
