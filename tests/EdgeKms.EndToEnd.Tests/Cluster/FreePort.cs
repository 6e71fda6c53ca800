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
    private const int Count = 4_000;

    /// <summary>Test programs run at the same time, and a port that is free for one would be for the other: each has its own range.</summary>
    private static readonly int s_first =
        20_000
        + Count
            * Array.IndexOf(
                ["EndToEnd", "PowerShell", "Browser"],
                typeof(FreePort).Assembly.GetName().Name!.Split('.')[1]
            );

    private static int s_next = RandomNumberGenerator.GetInt32(Count);

    internal static int Take()
    {
        while (true)
        {
            var port = s_first + (Interlocked.Increment(ref s_next) & int.MaxValue) % Count;
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
