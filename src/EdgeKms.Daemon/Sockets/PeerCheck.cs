using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.RingFile;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeKms.Daemon.Sockets;

/// <summary>Lets in root, the daemon's own user and the users of an allow list; the kernel says who the peer is.</summary>
internal sealed class PeerCheck(Surface surface, IReadOnlyList<uint> allowed, ILogger log)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private readonly HashSet<uint> _allowed = [0, FileStatus.OwnUser, .. allowed];

    internal async Task OnConnection(ConnectionContext connection, ConnectionDelegate next)
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        var (pid, uid) = socket is null ? (0, uint.MaxValue) : Peer(socket);
        if (!_allowed.Contains(uid))
        {
            DaemonLog.PeerRefused(log, surface.Name, uid, pid);
            connection.Abort();
            return;
        }
        connection.Features.Set(surface);
        await next(connection);
    }

    /// <summary>SO_PEERCRED (man 7 unix): struct ucred is pid, uid, gid, 4 bytes each.</summary>
    private static (int Pid, uint Uid) Peer(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == 12
            ? (MemoryMarshal.Read<int>(credentials), MemoryMarshal.Read<uint>(credentials[4..]))
            : (0, uint.MaxValue);
    }
}
