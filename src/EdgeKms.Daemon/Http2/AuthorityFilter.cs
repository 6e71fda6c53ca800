// Purpose:    find the header blocks in what a client sends, and exchange those whose ":authority" Kestrel would refuse.
// References: RFC 9113 sections 3.4, 4.1, 4.3, 6.2 and 6.10.
// Parameters: a block is exchanged for one HEADERS frame, and CONTINUATION frames where it is longer than a frame may be. Stream,
//             END_STREAM and priority stay; padding, which has no meaning, goes.
// Limits:     a frame 16,384 bytes, as Kestrel announces; a block with its frames 65,536 bytes and 64 frames. Kestrel's own limit is
//             32 KiB of header fields, so whatever is larger here is refused there.

using System.Buffers;

namespace EdgeKms.Daemon.Http2;

/// <summary>Walks over the bytes that one client sends, from the first one on.</summary>
internal sealed class AuthorityFilter
{
    /// <summary>Bytes of a payload, at most: SETTINGS_MAX_FRAME_SIZE of Kestrel, and HTTP/2's default.</summary>
    internal const int MaxFrame = 16_384;

    /// <summary>Bytes of a header block with the frames around it, at most.</summary>
    internal const int MaxBlock = 65_536;

    private const int MaxFrames = 64;
    private const int PrioritySize = 5;

    private readonly HeaderBlock _headers = new();
    private readonly ArrayBufferWriter<byte> _block = new();
    private readonly ArrayBufferWriter<byte> _changed = new();
    private readonly ArrayBufferWriter<byte> _frames = new();
    private bool _begun;

    /// <summary>The frames in place of the block, after <see cref="FilterStep.Replace"/>, until the next step.</summary>
    internal ReadOnlySpan<byte> Replacement => _frames.WrittenSpan;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Looks at the next bytes.</summary>
    /// <param name="input">Begins where the last step ended.</param>
    /// <param name="length">Bytes that the step is about; 0 for <see cref="FilterStep.Wait"/> and <see cref="FilterStep.Broken"/>.</param>
    internal FilterStep Next(in ReadOnlySequence<byte> input, out int length)
    {
        length = 0;
        if (!_begun)
            return Begin(input, out length);
        if (input.Length < FrameHeader.Size)
            return FilterStep.Wait;
        var frame = FrameHeader.Read(input);
        if (frame.Type == FrameHeader.Headers)
            return Block(input, out length);
        if (frame.Length > MaxFrame || frame.Type == FrameHeader.Continuation)
            return FilterStep.Broken;
        if (input.Length < FrameHeader.Size + frame.Length)
            return FilterStep.Wait;
        length = FrameHeader.Size + frame.Length;
        return FilterStep.Pass;
    }

    private FilterStep Begin(in ReadOnlySequence<byte> input, out int length)
    {
        length = 0;
        Span<byte> bytes = stackalloc byte[Preface.Length];
        var there = bytes[..(int)Math.Min(input.Length, Preface.Length)];
        input.Slice(0, there.Length).CopyTo(there);
        if (!Preface.StartsWith(there))
            return FilterStep.Broken;
        if (there.Length < Preface.Length)
            return FilterStep.Wait;
        _begun = true;
        length = Preface.Length;
        return FilterStep.Pass;
    }

    private FilterStep Block(in ReadOnlySequence<byte> input, out int length)
    {
        length = 0;
        var rest = input;
        var first = default(FrameHeader);
        for (var count = 1; ; count++)
        {
            if (rest.Length < FrameHeader.Size)
                return FilterStep.Wait;
            var frame = FrameHeader.Read(rest);
            if (count == 1)
                first = frame;
            else if (frame.Type != FrameHeader.Continuation || frame.Stream != first.Stream)
                return FilterStep.Broken;
            var read = input.Length - rest.Length + FrameHeader.Size + frame.Length;
            if (frame.Length > MaxFrame || read > MaxBlock || count > MaxFrames)
                return FilterStep.Broken;
            if (input.Length < read)
                return FilterStep.Wait;
            rest = input.Slice(read);
            if ((frame.Flags & FrameHeader.EndHeaders) != 0)
                return Decide(first, input.Slice(0, read), out length);
        }
    }

    private FilterStep Decide(FrameHeader first, in ReadOnlySequence<byte> frames, out int length)
    {
        length = 0;
        if (first.Stream == 0 || !TryJoin(frames))
            return FilterStep.Broken;
        var block = _block.WrittenSpan;
        var priority = (first.Flags & FrameHeader.Priority) != 0 ? PrioritySize : 0;
        if (block.Length < priority || !_headers.TryRead(block[priority..], _changed))
            return FilterStep.Broken;
        length = (int)frames.Length;
        if (_changed.WrittenCount == 0)
            return FilterStep.Keep;
        WriteFrames(first, block[..priority], _changed.WrittenSpan);
        return FilterStep.Replace;
    }

    /// <summary>The payloads without padding, one behind the other.</summary>
    private bool TryJoin(ReadOnlySequence<byte> frames)
    {
        _block.ResetWrittenCount();
        while (!frames.IsEmpty)
        {
            var frame = FrameHeader.Read(frames);
            var payload = frames.Slice(FrameHeader.Size, frame.Length);
            frames = frames.Slice(FrameHeader.Size + frame.Length);
            if (frame.Type == FrameHeader.Headers && !TryStripPadding(frame, ref payload))
                return false;
            foreach (var part in payload)
                _block.Write(part.Span);
        }
        return true;
    }

    private static bool TryStripPadding(FrameHeader frame, ref ReadOnlySequence<byte> payload)
    {
        if ((frame.Flags & FrameHeader.Padded) == 0)
            return true;
        if (payload.IsEmpty)
            return false;
        var padding = payload.FirstSpan[0];
        if (padding >= payload.Length)
            return false;
        payload = payload.Slice(1, payload.Length - 1 - padding);
        return true;
    }

    private void WriteFrames(FrameHeader first, ReadOnlySpan<byte> priority, ReadOnlySpan<byte> block)
    {
        _frames.ResetWrittenCount();
        var part = Math.Min(block.Length, MaxFrame - priority.Length);
        var last = part == block.Length ? FrameHeader.EndHeaders : 0;
        var kept = first.Flags & ~(FrameHeader.Padded | FrameHeader.EndHeaders);
        (first with { Length = priority.Length + part, Flags = (byte)(kept | last) }).Write(_frames);
        _frames.Write(priority);
        _frames.Write(block[..part]);
        for (var at = part; at < block.Length; at += part)
        {
            part = Math.Min(block.Length - at, MaxFrame);
            last = at + part == block.Length ? FrameHeader.EndHeaders : 0;
            new FrameHeader(part, FrameHeader.Continuation, (byte)last, first.Stream).Write(_frames);
            _frames.Write(block.Slice(at, part));
        }
    }
}
