using System.Buffers.Binary;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>Frames taken apart again, with the header fields of their blocks.</summary>
internal static class Received
{
    /// <summary>One frame, or one header block (type HEADERS) with its fields.</summary>
    internal sealed record Part(
        byte Type,
        byte Flags,
        uint Stream,
        string Payload,
        IReadOnlyList<(string Name, string Value)>? Fields
    );

    /// <summary>
    /// The parts up to the first that is incomplete or breaks a rule, and how many bytes they take. Of a block the flags without
    /// END_HEADERS and PADDED, and the 5 bytes of its priority as payload.
    /// </summary>
    internal static (List<Part> Parts, int Length) Parse(ReadOnlySpan<byte> bytes)
    {
        var parts = new List<Part>();
        var decoder = new HpackDecoder();
        if (!bytes.StartsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8))
            return (parts, 0);
        var at = 24;
        try
        {
            while (TryFrame(bytes[at..], out var frame))
            {
                var payload = bytes.Slice(at + 9, frame.Length);
                var next = at + 9 + frame.Length;
                if (frame.Type == ClientFrames.Continuation)
                    break;
                if (frame.Type != ClientFrames.Headers)
                {
                    parts.Add(new(frame.Type, frame.Flags, frame.Stream, Convert.ToHexString(payload), null));
                    at = next;
                    continue;
                }
                if (frame.Stream == 0 || !TryBlock(bytes, frame, payload, ref next, out var priority, out var block))
                    break;
                parts.Add(
                    new(
                        frame.Type,
                        (byte)(frame.Flags & ~(ClientFrames.IsPadded | ClientFrames.EndHeaders)),
                        frame.Stream,
                        Convert.ToHexString(priority),
                        decoder.Decode(block)
                    )
                );
                at = next;
            }
        }
        catch (InvalidDataException) { } // an HPACK error: what was before it counts
        return (parts, at);
    }

    private static bool TryBlock(
        ReadOnlySpan<byte> bytes,
        (int Length, byte Type, byte Flags, uint Stream) frame,
        ReadOnlySpan<byte> payload,
        ref int next,
        out byte[] priority,
        out byte[] block
    )
    {
        (priority, block) = ([], []);
        var begin = next - 9 - frame.Length;
        var first = (HasPriority: (frame.Flags & ClientFrames.HasPriority) != 0, frame.Stream);
        if ((frame.Flags & ClientFrames.IsPadded) != 0)
        {
            if (payload.IsEmpty || payload[0] >= payload.Length)
                return false;
            payload = payload[1..^payload[0]];
        }
        var all = payload.ToArray().ToList();
        for (var count = 1; (frame.Flags & ClientFrames.EndHeaders) == 0; count++)
        {
            if (
                !TryFrame(bytes[next..], out frame)
                || frame.Type != ClientFrames.Continuation
                || frame.Stream != first.Stream
            )
                return false;
            all.AddRange(bytes.Slice(next + 9, frame.Length));
            next += 9 + frame.Length;
            if (next - begin > 65_536 || count >= 64)
                return false;
        }
        var size = first.HasPriority ? 5 : 0;
        if (all.Count < size)
            return false;
        (priority, block) = ([.. all.Take(size)], [.. all.Skip(size)]);
        return true;
    }

    private static bool TryFrame(ReadOnlySpan<byte> bytes, out (int Length, byte Type, byte Flags, uint Stream) frame)
    {
        frame = default;
        if (bytes.Length < 9)
            return false;
        frame = (
            bytes[0] << 16 | bytes[1] << 8 | bytes[2],
            bytes[3],
            bytes[4],
            BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) & 0x7fffffff
        );
        return frame.Length <= 16_384 && bytes.Length >= 9 + frame.Length;
    }
}
