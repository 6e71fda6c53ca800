using System.Buffers.Binary;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>The frames that a client sends, RFC 9113 section 6.</summary>
internal sealed class ClientFrames
{
    internal const byte Data = 0;
    internal const byte Headers = 1;
    internal const byte Priority = 2;
    internal const byte ResetStream = 3;
    internal const byte Settings = 4;
    internal const byte Ping = 6;
    internal const byte WindowUpdate = 8;
    internal const byte Continuation = 9;

    internal const byte EndStream = 0x1;
    internal const byte EndHeaders = 0x4;
    internal const byte IsPadded = 0x8;
    internal const byte HasPriority = 0x20;

    private readonly List<byte> _bytes = [];

    internal int Length => _bytes.Count;

    internal byte[] Take()
    {
        byte[] bytes = [.. _bytes];
        _bytes.Clear();
        return bytes;
    }

    internal ClientFrames Preface()
    {
        _bytes.AddRange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        return this;
    }

    internal ClientFrames Frame(byte type, byte flags, uint stream, params ReadOnlySpan<byte> payload)
    {
        Span<byte> id = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(id, stream);
        _bytes.AddRange([
            (byte)(payload.Length >> 16),
            (byte)(payload.Length >> 8 & 0xff),
            (byte)(payload.Length & 0xff),
            type,
            flags,
        ]);
        _bytes.AddRange(id);
        _bytes.AddRange(payload);
        return this;
    }

    /// <summary>A header block in one HEADERS frame.</summary>
    internal ClientFrames Block(uint stream, ReadOnlySpan<byte> block, byte flags = EndStream) =>
        Frame(Headers, (byte)(flags | EndHeaders), stream, block);

    /// <summary>A header block cut into frames at random, sometimes with padding and priority.</summary>
    internal ClientFrames Block(uint stream, ReadOnlySpan<byte> block, byte flags, Random random)
    {
        // Not 0: Kestrel refuses a padded frame without a fragment, which RFC 9113 section 6.2 allows.
        var cut = random.Next(4) == 0 ? random.Next(1, block.Length + 1) : block.Length;
        List<byte> payload = [];
        var padding = random.Next(4) == 0 ? random.Next(256) : -1;
        if (padding >= 0)
        {
            flags |= IsPadded;
            payload.Add((byte)padding);
        }
        if (random.Next(4) == 0)
        {
            flags |= HasPriority;
            payload.AddRange([0, 0, 0, 0, (byte)random.Next(256)]);
        }
        payload.AddRange(block[..cut]);
        payload.AddRange(new byte[Math.Max(padding, 0)]);
        Frame(Headers, (byte)(flags | (cut == block.Length ? EndHeaders : 0)), stream, [.. payload]);
        while (cut < block.Length)
        {
            var part = Math.Min(block.Length - cut, random.Next(1, block.Length - cut + 1));
            var last = cut + part == block.Length ? EndHeaders : (byte)0;
            Frame(Continuation, last, stream, block.Slice(cut, part));
            cut += part;
        }
        return this;
    }
}
