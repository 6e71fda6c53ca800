using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeKms.Daemon.Sockets;

/// <summary>Who is at the other end of a connection, as the kernel noted it when it was made; a feature of the connection.</summary>
/// <param name="Surface">The socket that it came in by.</param>
/// <param name="Pid">Process id; 0 where the kernel doesn't say.</param>
/// <param name="User">User id.</param>
/// <param name="Groups">Its primary group, then its supplementary ones.</param>
internal sealed record Peer(Surface Surface, int Pid, uint User, IReadOnlyList<uint> Groups)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int SoPeerGroups = 59;

    /// <summary>Linux allows 65,536 groups; nobody with so many needs to be let in by one of them.</summary>
    private const int MaxGroups = 1024;

    /// <summary>SO_PEERCRED (man 7 unix): struct ucred is pid, uid, gid, 4 bytes each. Nobody where it can't be asked.</summary>
    internal static Peer Of(Surface surface, Socket? socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        return socket?.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == 12
            ? new Peer(
                surface,
                MemoryMarshal.Read<int>(credentials),
                MemoryMarshal.Read<uint>(credentials[4..]),
                [MemoryMarshal.Read<uint>(credentials[8..]), .. SupplementaryGroups(socket)]
            )
            : new Peer(surface, 0, uint.MaxValue, []);
    }

    /// <summary>SO_PEERGROUPS (Linux 4.13): an array of gid_t.</summary>
    private static uint[] SupplementaryGroups(Socket socket)
    {
        var groups = new byte[MaxGroups * sizeof(uint)];
        try
        {
            var length = socket.GetRawSocketOption(SolSocket, SoPeerGroups, groups);
            return MemoryMarshal.Cast<byte, uint>(groups.AsSpan(0, length)).ToArray();
        }
        catch (SocketException)
        {
            return []; // more groups than we look at
        }
    }
}
