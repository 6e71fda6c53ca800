// Purpose:    the Huffman code of HPACK strings: their length, and their bytes where those matter.
// References: RFC 7541 section 5.2 and appendix B. The code is canonical: the lengths alone give it.
// Limits:     a string is as long as its header block at most (AuthorityFilter.MaxBlock).

namespace EdgeKms.Daemon.Http2;

/// <summary>Decoder of the Huffman code of RFC 7541, appendix B.</summary>
internal static class Huffman
{
    private const int EndOfString = 256;
    private const int Longest = 30;
    private const int Shortest = 5;

    /// <summary>Bits of the code of each byte, in the order of the bytes.</summary>
    // csharpier-ignore
    private static ReadOnlySpan<byte> Lengths =>
        [
            13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
            6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
            13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
            15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
            20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
            22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
            26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
            20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
            30,
        ];

    /// <summary>Symbols by length, then by value.</summary>
    private static readonly ushort[] Symbols =
    [
        .. Enumerable.Range(0, EndOfString + 1).OrderBy(s => Lengths[s]).Select(s => (ushort)s),
    ];

    /// <summary>For each length: its first code, where its symbols begin, how many there are.</summary>
    private static readonly (uint First, int At, int Count)[] Codes = MakeCodes();

    /// <summary>For the next 8 bits: symbol and length of the code that they begin with; a length of 0 for a longer code.</summary>
    private static readonly (byte Symbol, byte Length)[] Short = MakeShort();

    /// <summary>Decodes <paramref name="source"/>, as many bytes as <paramref name="destination"/> takes.</summary>
    /// <param name="source">The encoded string.</param>
    /// <param name="destination">May be shorter than the string, or empty.</param>
    /// <param name="length">Of the whole string, in bytes.</param>
    /// <returns>False where it breaks the rules: the end-of-string symbol, or padding that is longer than 7 bits or not all ones.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination, out int length)
    {
        length = 0;
        ulong bits = 0;
        var count = 0;
        var next = 0;
        while (true)
        {
            for (; count <= 56 && next < source.Length; count += 8)
                bits = bits << 8 | source[next++];
            var (symbol, size) = Short[(int)((count >= 8 ? bits >> (count - 8) : bits << (8 - count)) & 0xff)];
            if (size == 0 || size > count)
            {
                if (count < 8)
                    return (bits & Ones(count)) == Ones(count);
                if (!TryLong(bits, count, out symbol, out size))
                    return false;
            }
            count -= size;
            if (length < destination.Length)
                destination[length] = symbol;
            length++;
        }
    }

    private static bool TryLong(ulong bits, int count, out byte symbol, out byte length)
    {
        (symbol, length) = (0, 0);
        for (var size = 9; size <= Longest && size <= count; size++)
        {
            var (first, at, many) = Codes[size];
            var place = (long)(bits >> (count - size) & Ones(size)) - first;
            if (place < 0 || place >= many)
                continue;
            if (Symbols[at + place] == EndOfString)
                return false;
            (symbol, length) = ((byte)Symbols[at + place], (byte)size);
            return true;
        }
        return false;
    }

    private static ulong Ones(int count) => (1UL << count) - 1;

    private static (uint, int, int)[] MakeCodes()
    {
        var codes = new (uint, int, int)[Longest + 1];
        var (code, at) = (0u, 0);
        for (var length = Shortest; length <= Longest; length++)
        {
            code <<= 1;
            var many = Lengths.Count((byte)length);
            codes[length] = (code, at, many);
            code += (uint)many;
            at += many;
        }
        return codes;
    }

    private static (byte, byte)[] MakeShort()
    {
        var table = new (byte, byte)[256];
        for (byte length = Shortest; length <= 8; length++)
        {
            var (first, at, many) = Codes[length];
            for (var i = 0; i < many; i++)
                table.AsSpan((int)(first + i) << (8 - length), 1 << (8 - length)).Fill(((byte)Symbols[at + i], length));
        }
        return table;
    }
}
