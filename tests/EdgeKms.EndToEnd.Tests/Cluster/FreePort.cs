using System.Net;
using System.Net.Sockets;

namespace EdgeKms.EndToEnd.Tests.Cluster;

/// <summary>A loopback port that nobody listens on.</summary>
internal static class FreePort
{
    internal static int Take()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
