using System.Buffers;
using System.Buffers.Binary;

namespace EdgeKms.Daemon.Http2;

/// <summary>The 9 bytes before each frame's payload: RFC 9113 section 4.1.</summary>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="Type">Frame type.</param>
/// <param name="Flags">Flags of the type.</param>
/// <param name="Stream">Stream id, 31 bits.</param>
internal readonly record struct FrameHeader(int Length, byte Type, byte Flags, uint Stream)
{
    internal const int Size = 9;

    internal const byte Headers = 0x1;
    internal const byte Continuation = 0x9;

    internal const byte EndHeaders = 0x4;
    internal const byte Padded = 0x8;
    internal const byte Priority = 0x20;

    /// <summary>Of at least <see cref="Size"/> bytes.</summary>
    internal static FrameHeader Read(in ReadOnlySequence<byte> input)
    {
        Span<byte> bytes = stackalloc byte[Size];
        input.Slice(0, Size).CopyTo(bytes);
        return new FrameHeader(
            bytes[0] << 16 | bytes[1] << 8 | bytes[2],
            bytes[3],
            bytes[4],
            BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) & 0x7fff_ffff
        );
    }

    internal void Write(IBufferWriter<byte> output)
    {
        var bytes = output.GetSpan(Size);
        BinaryPrimitives.WriteInt32BigEndian(bytes, Length << 8 | Type);
        bytes[4] = Flags;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[5..], Stream);
        output.Advance(Size);
    }
}
