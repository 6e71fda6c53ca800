using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EdgeKms.EndToEnd.Tests.Cluster;

/// <summary>
/// A loopback port that nobody listens on, each time another one. Below the range that the kernel takes for outgoing connections
/// (32768 on), or one of those could sit on it while its server starts again.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int s_next = RandomNumberGenerator.GetInt32(Count);

    internal static int Take()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref s_next) & int.MaxValue) % Count;
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody's: the next one.
            }
        }
    }
}
