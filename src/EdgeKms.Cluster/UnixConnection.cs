using System.Net.Sockets;

namespace EdgeKms.Cluster;

/// <summary>Connections to a Unix stream socket, alone or under an HTTP client.</summary>
public static class UnixConnection
{
    /// <summary>Opens one connection.</summary>
    /// <param name="path">At most 107 bytes; a NUL in front names a socket of the abstract name space.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SocketException">Nobody listens, or the caller may not connect.</exception>
    public static async Task<Socket> OpenAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>An HTTP handler whose connections all go to this socket, past any proxy.</summary>
    public static SocketsHttpHandler Handler(string path) =>
        new()
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
                new NetworkStream(await OpenAsync(path, cancellation), ownsSocket: true),
        };
}
