using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.RingFile;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeKms.Daemon.Sockets;

/// <summary>Lets in root, the daemon's own user, the users of an allow list and the members of a group; the kernel says who the peer is.</summary>
/// <param name="surface">The socket.</param>
/// <param name="users">User ids.</param>
/// <param name="group">Group id; null for none.</param>
/// <param name="figures">Counts who was turned away.</param>
/// <param name="log">Says who was turned away.</param>
internal sealed class PeerCheck(
    Surface surface,
    IReadOnlyList<uint> users,
    uint? group,
    DaemonFigures figures,
    ILogger log
)
{
    private readonly HashSet<uint> _users = [0, FileStatus.OwnUser, .. users];

    internal async Task OnConnection(ConnectionContext connection, ConnectionDelegate next)
    {
        var peer = Peer.Of(surface, connection.Features.Get<IConnectionSocketFeature>()?.Socket);
        if (!_users.Contains(peer.User) && !(group is { } its && peer.Groups.Contains(its)))
        {
            figures.PeerRefused(surface);
            DaemonLog.PeerRefused(log, surface.Name, peer.User, peer.Pid);
            connection.Abort();
            return;
        }
        connection.Features.Set(peer);
        await next(connection);
    }
}
