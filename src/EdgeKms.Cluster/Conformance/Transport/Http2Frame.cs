using System.Buffers.Binary;

namespace EdgeKms.Cluster.Conformance;

/// <summary>One HTTP/2 frame (RFC 9113, section 4.1): 9 bytes of header, then at most 16,384 bytes here.</summary>
internal sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;

    /// <summary>END_STREAM of DATA and HEADERS, ACK of SETTINGS and PING.</summary>
    public const byte EndStreamOrAck = 1;

    public const byte EndHeaders = 4;

    private const byte Padded = 8;

    public const int HeaderSize = 9;

    /// <summary>SETTINGS_MAX_FRAME_SIZE's initial value, which this client leaves as it is.</summary>
    public const int MaxPayload = 16_384;

    /// <summary>What a DATA frame carries, without the padding that a server may add.</summary>
    public ReadOnlySpan<byte> Content =>
        (Flags & Padded) == 0 || Payload.Length == 0
            ? Payload
            : Payload.AsSpan(1, Math.Max(0, Payload.Length - 1 - Payload[0]));

    /// <summary>The error code of RST_STREAM; 0 when the frame is too short to have one.</summary>
    public uint ErrorCode => Payload.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32BigEndian(Payload);

    public byte[] ToBytes()
    {
        var bytes = new byte[HeaderSize + Payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ((uint)Payload.Length << 8) | Type);
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeaderSize);
        return bytes;
    }

    public static async Task<Http2Frame> ReadAsync(Stream from, CancellationToken stop)
    {
        var header = new byte[HeaderSize];
        await from.ReadExactlyAsync(header, stop);
        var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8);
        if (length > MaxPayload)
        {
            throw new ConformanceException($"the plugin sent an HTTP/2 frame of {length} bytes, or no HTTP/2 at all");
        }

        var payload = new byte[length];
        await from.ReadExactlyAsync(payload, stop);
        var stream = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)) & int.MaxValue;
        return new(header[3], header[4], stream, payload);
    }
}
