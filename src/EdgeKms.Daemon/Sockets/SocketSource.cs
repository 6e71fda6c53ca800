using System.Net;
using System.Net.Sockets;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Sockets;

/// <summary>Where Kestrel's listeners come from: the sockets that systemd holds open, else new ones.</summary>
internal sealed class SocketSource(
    EdgeKmsSettings settings,
    SocketAccess access,
    IReadOnlyDictionary<string, Socket> activated,
    ILogger<SocketSource> log
)
{
    private readonly bool _open = access.ObserverGroup is not null;

    /// <summary>A socket that is bound and doesn't listen yet.</summary>
    /// <exception cref="EdgeKmsException">SocketOccupied, SocketInUse or SocketFailed.</exception>
    internal Socket Bind(EndPoint endPoint)
    {
        if (endPoint is not UnixDomainSocketEndPoint)
            throw new EdgeKmsException(ErrorCode.SocketFailed, "only Unix sockets are served");
        var path = endPoint.ToString();
        if (string.Equals(path, settings.KmsSocket, StringComparison.Ordinal))
        {
            return activated.GetValueOrDefault(Surface.Kms.Name)
                ?? BoundSocket.Bind(settings.KmsSocket, access.KmsGroup, _open);
        }
        if (string.Equals(path, settings.AdminSocket, StringComparison.Ordinal))
            return activated.GetValueOrDefault(Surface.Admin.Name)
                ?? BoundSocket.Bind(settings.AdminSocket, null, _open);
        return Observer();
    }

    /// <summary>
    /// Where the daemon may not give it to the group, its unit does so right after the start. Looking on is no reason not to serve.
    /// </summary>
    private Socket Observer()
    {
        try
        {
            return BoundSocket.Bind(settings.ObserverSocket, access.ObserverGroup, _open);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.SocketFailed)
        {
            DaemonLog.NotObserved(log, settings.ObserverSocket, e.Detail ?? "-");
            return BoundSocket.Bind(settings.ObserverSocket, Ownership.OwnGroup, _open);
        }
    }
}
