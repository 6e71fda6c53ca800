using System.Buffers.Binary;
using System.Net.Sockets;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// A small HTTP/2 client that sends what a proper library won't: any ":authority" or none, calls that stop half-way,
/// streams that are reset at once. It does not decode headers: a call has succeeded when a DATA frame with a gRPC
/// message came (grpc-status may stand in HEADERS, which are passed over). For one user at a time.
/// </summary>
internal sealed class RawHttp2Connection : IDisposable
{
    private const ushort HeaderTableSize = 1;

    private readonly NetworkStream stream;
    private readonly Dictionary<int, MemoryStream> data = [];
    private int nextStream = 1;

    private RawHttp2Connection(Socket socket) => stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Whether the server has announced that it takes no more calls on this connection.</summary>
    public bool SawGoAway { get; private set; }

    public static async Task<RawHttp2Connection> OpenAsync(PluginAddress address, CancellationToken stop)
    {
#pragma warning disable CA2000 // The connection owns the socket.
        var connection = new RawHttp2Connection(await address.ConnectAsync(stop));
#pragma warning restore CA2000
        try
        {
            // SETTINGS_HEADER_TABLE_SIZE = 0: the peer's header blocks can be passed over without keeping a table.
            var settings = new byte[6];
            BinaryPrimitives.WriteUInt16BigEndian(settings, HeaderTableSize);
            await connection.stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), stop);
            await connection.SendAsync(new(Http2Frame.Settings, 0, 0, settings), stop);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a call's HEADERS frame and leaves the stream open for its message.</summary>
    /// <param name="path">"/v2.KeyManagementService/Status".</param>
    /// <param name="authority">":authority"; <see langword="null"/> leaves the field out.</param>
    /// <param name="timeout">"grpc-timeout"; <see langword="null"/> leaves the field out.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The stream's number.</returns>
    public async Task<int> BeginAsync(string path, string? authority, string? timeout, CancellationToken stop)
    {
        var block = new HeaderBlock().Add(":method", "POST").Add(":scheme", "http").Add(":path", path);
        block = authority is null ? block : block.Add(":authority", authority);
        block = block.Add("content-type", "application/grpc").Add("te", "trailers");
        block = timeout is null ? block : block.Add("grpc-timeout", timeout);
        var id = nextStream;
        nextStream += 2;
        await SendAsync(new(Http2Frame.Headers, Http2Frame.EndHeaders, id, block.ToBytes()), stop);
        return id;
    }

    /// <summary>Sends the call's one message (at most 16,379 bytes) and ends the stream.</summary>
    public Task EndAsync(int id, byte[] message, CancellationToken stop)
    {
        var framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        return SendAsync(new(Http2Frame.Data, Http2Frame.EndStreamOrAck, id, framed), stop);
    }

    /// <summary>Waits until the server has handled everything that was sent so far.</summary>
    public async Task PingAsync(CancellationToken stop)
    {
        await SendAsync(new(Http2Frame.Ping, 0, 0, new byte[8]), stop);
        Http2Frame frame;
        do
        {
            frame = await ReceiveAsync(stop);
        } while (frame.Type != Http2Frame.Ping || (frame.Flags & Http2Frame.EndStreamOrAck) == 0);
    }

    /// <summary>Cancels a stream (RST_STREAM with CANCEL, 8).</summary>
    public Task ResetAsync(int id, CancellationToken stop) =>
        SendAsync(new(Http2Frame.Reset, 0, id, [0, 0, 0, 8]), stop);

    /// <summary>A whole unary call.</summary>
    public async Task<RawAnswer> CallAsync(string path, string? authority, byte[] message, CancellationToken stop)
    {
        var id = await BeginAsync(path, authority, timeout: null, stop);
        await EndAsync(id, message, stop);
        return await AnswerAsync(id, stop);
    }

    /// <summary>Reads until the stream ends.</summary>
    public async Task<RawAnswer> AnswerAsync(int id, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var frame = await ReceiveAsync(stop);
                var ends = frame.Type is Http2Frame.Data or Http2Frame.Headers && (frame.Flags & 1) != 0;
                if (frame.Stream == id && frame.Type == Http2Frame.Reset)
                {
                    var code = frame.ErrorCode;
                    return Answer(
                        id,
                        $"the stream was reset with HTTP/2 error {code}{(code == 1 ? " (PROTOCOL_ERROR)" : "")}"
                    );
                }

                if (frame.Stream == id && ends)
                {
                    return Answer(id, "the call ended with an error status and no message");
                }
            }
        }
        catch (Exception error) when (error is IOException or EndOfStreamException)
        {
            return Answer(id, "the connection was closed");
        }
    }

    /// <summary>Reads one frame, having answered what HTTP/2 wants answered.</summary>
    public async Task<Http2Frame> ReceiveAsync(CancellationToken stop)
    {
        var frame = await Http2Frame.ReadAsync(stream, stop);
        switch (frame.Type)
        {
            case Http2Frame.Settings or Http2Frame.Ping when (frame.Flags & Http2Frame.EndStreamOrAck) == 0:
                var payload = frame.Type == Http2Frame.Ping ? frame.Payload : [];
                await SendAsync(new(frame.Type, Http2Frame.EndStreamOrAck, 0, payload), stop);
                break;
            case Http2Frame.GoAway:
                SawGoAway = true;
                break;
            case Http2Frame.Data:
                data.TryAdd(frame.Stream, new MemoryStream());
                data[frame.Stream].Write(frame.Content);
                break;
        }

        return frame;
    }

    public void Dispose() => stream.Dispose();

    private async Task SendAsync(Http2Frame frame, CancellationToken stop) =>
        await stream.WriteAsync(frame.ToBytes(), stop);

    private RawAnswer Answer(int id, string problem)
    {
        var bytes = data.TryGetValue(id, out var received) ? received.ToArray() : [];
        var whole = bytes.Length >= 5 && BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1)) == bytes.Length - 5;
        return whole ? new(bytes[5..], "") : new(null, problem);
    }
}
