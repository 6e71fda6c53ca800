// Purpose:    read HPACK header blocks for one thing, ":authority", and write another one in its place.
// References: RFC 7541; which characters Kestrel takes: HttpUtilities.IsHostHeaderValid of ASP.NET Core.
// Parameters: each byte of an authority that is no letter, digit, '-' or '.' becomes '-': the decoded length stays, and so the
//             dynamic tables of the peer's encoder and Kestrel's decoder stay equal, entry for entry and eviction for eviction.
// Limits:     whatever breaks RFC 7541 is left to Kestrel, which closes the connection.

using System.Buffers;

namespace EdgeKms.Daemon.Http2;

/// <summary>Reads the header blocks of one connection in their order.</summary>
internal sealed class HeaderBlock
{
    private const byte Replacement = (byte)'-';
    private const byte HuffmanFlag = 0x80;

    /// <summary>Larger numbers than any block has bytes are broken ones.</summary>
    private const int MaxNumber = 1 << 20;

    /// <summary>The tables behind the blocks that were read.</summary>
    internal HeaderNames Names { get; } = new();

    private static ReadOnlySpan<byte> Authority => ":authority"u8;

    private static readonly SearchValues<byte> Accepted = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8
    );

    /// <summary>Reads a block.</summary>
    /// <param name="block">Without the frames around it.</param>
    /// <param name="changed">Gets the block with another authority, where that must be; else it stays empty.</param>
    /// <returns>False where the block breaks the rules; nothing is known of the connection from then on.</returns>
    internal bool TryRead(ReadOnlySpan<byte> block, ArrayBufferWriter<byte> changed)
    {
        changed.ResetWrittenCount();
        var (at, copied, fields) = (0, 0, 0);
        while (at < block.Length)
        {
            var first = block[at];
            if ((first & 0xe0) == 0x20) // a table size update: section 6.3, before the first field: section 4.2
            {
                if (fields > 0 || !TryNumber(block, ref at, 5, out var limit) || !Names.TryLimit(limit))
                    return false;
                continue;
            }
            fields++;
            if ((first & 0x80) != 0) // an indexed field: section 6.1; the tables have the authority that was put there
            {
                if (!TryNumber(block, ref at, 7, out var index) || !Names.TryGet(index, out _))
                    return false;
                continue;
            }
            var indexing = (first & 0x40) != 0; // a literal: section 6.2
            if (!TryName(block, ref at, indexing ? 6 : 4, out var name))
                return false;
            var begin = at;
            if (!TryString(block, ref at, out var text, out var huffman, out var length))
                return false;
            if (indexing)
                Names.Add(name, length);
            if (name.IsAuthority && !IsAccepted(text, huffman, length))
            {
                changed.Write(block[copied..begin]);
                WriteAccepted(text, huffman, length, changed);
                copied = at;
            }
        }
        if (copied > 0)
            changed.Write(block[copied..]);
        return true;
    }

    private bool TryName(ReadOnlySpan<byte> block, ref int at, int prefix, out HeaderNames.Name name)
    {
        name = default;
        if (!TryNumber(block, ref at, prefix, out var index))
            return false;
        if (index > 0)
            return Names.TryGet(index, out name);
        if (!TryString(block, ref at, out var text, out var huffman, out var length))
            return false;
        name = new HeaderNames.Name(length, length == Authority.Length && IsAuthority(text, huffman));
        return true;
    }

    private static bool IsAuthority(ReadOnlySpan<byte> text, bool huffman)
    {
        Span<byte> name = stackalloc byte[Authority.Length];
        Decode(text, huffman, name);
        return name.SequenceEqual(Authority);
    }

    private static bool IsAccepted(ReadOnlySpan<byte> text, bool huffman, int length)
    {
        if (!huffman)
            return !text.ContainsAnyExcept(Accepted);
        var decoded = ArrayPool<byte>.Shared.Rent(length);
        Decode(text, huffman, decoded);
        var accepted = !decoded.AsSpan(0, length).ContainsAnyExcept(Accepted);
        ArrayPool<byte>.Shared.Return(decoded);
        return accepted;
    }

    private static void WriteAccepted(
        ReadOnlySpan<byte> text,
        bool huffman,
        int length,
        ArrayBufferWriter<byte> changed
    )
    {
        WriteLength(length, changed);
        var value = changed.GetSpan(length)[..length];
        Decode(text, huffman, value);
        foreach (ref var c in value)
        {
            if (!Accepted.Contains(c))
                c = Replacement;
        }
        changed.Advance(length);
    }

    private static void Decode(ReadOnlySpan<byte> text, bool huffman, Span<byte> value)
    {
        if (huffman)
            Huffman.TryDecode(text, value, out _); // its rules were checked when it was read
        else
            text.CopyTo(value);
    }

    /// <summary>A string literal: section 5.2.</summary>
    private static bool TryString(
        ReadOnlySpan<byte> block,
        ref int at,
        out ReadOnlySpan<byte> text,
        out bool huffman,
        out int length
    )
    {
        text = default;
        (huffman, length) = (false, 0);
        if (at >= block.Length)
            return false;
        huffman = (block[at] & HuffmanFlag) != 0;
        if (!TryNumber(block, ref at, 7, out length) || length > block.Length - at)
            return false;
        text = block.Slice(at, length);
        at += length;
        return !huffman || Huffman.TryDecode(text, [], out length);
    }

    /// <summary>An integer with a prefix of some bits: section 5.1.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> block, ref int at, int prefix, out int number)
    {
        number = 0;
        if (at >= block.Length)
            return false;
        var full = (1 << prefix) - 1;
        number = block[at++] & full;
        if (number < full)
            return true;
        for (var shift = 0; at < block.Length && shift <= 21; shift += 7)
        {
            var next = block[at++];
            number += (next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return number <= MaxNumber;
        }
        return false;
    }

    private static void WriteLength(int length, ArrayBufferWriter<byte> changed)
    {
        const int full = 0x7f;
        var bytes = changed.GetSpan(5);
        var at = 0;
        if (length < full)
        {
            bytes[at++] = (byte)length;
        }
        else
        {
            bytes[at++] = full;
            for (length -= full; length >= 0x80; length >>= 7)
                bytes[at++] = (byte)(length & 0x7f | 0x80);
            bytes[at++] = (byte)length;
        }
        changed.Advance(at);
    }
}
