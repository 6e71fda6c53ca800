using System.IO.Pipelines;
using EdgeKms.Daemon.Serving;
using EdgeKms.Daemon.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EdgeKms.Daemon.Http2;

/// <summary>
/// Serves clients whatever they send as <c>:authority</c>. API servers before Kubernetes 1.32 and every KMS v1 client send the
/// socket's path, raw or percent-encoded, or <c>@name</c>; Kestrel resets such requests with PROTOCOL_ERROR and has no switch for
/// it. Nothing here uses the authority: who may call is the socket's matter.
/// </summary>
internal sealed class AnyAuthority(ILogger log)
{
    internal async Task OnConnection(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        connection.Transport = new Duplex(
            new AuthorityReader(transport.Input, () => Exchanged(connection)),
            transport.Output
        );
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    private void Exchanged(ConnectionContext connection)
    {
        if (connection.Features.Get<Peer>() is { } peer)
            DaemonLog.AuthorityExchanged(log, peer.User, peer.Pid);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
