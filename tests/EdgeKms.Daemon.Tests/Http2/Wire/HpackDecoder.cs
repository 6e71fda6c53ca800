using System.Text;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>A plain decoder of RFC 7541: bit by bit, field by field; InvalidDataException for what breaks it.</summary>
internal sealed class HpackDecoder
{
    private readonly FieldTable _table = new();

    internal List<(string Name, string Value)> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new List<(string, string)>();
        var at = 0;
        while (at < block.Length)
        {
            var first = block[at];
            if ((first & 0x80) != 0)
            {
                fields.Add(_table[Number(block, ref at, 7)]);
            }
            else if ((first & 0xe0) == 0x20)
            {
                var limit = Number(block, ref at, 5);
                if (limit > 4096 || fields.Count > 0)
                    throw new InvalidDataException("size update");
                _table.Resize(limit);
            }
            else
            {
                var index = Number(block, ref at, (first & 0x40) != 0 ? 6 : 4);
                var name = index == 0 ? Text(block, ref at) : _table[index].Name;
                var value = Text(block, ref at);
                fields.Add((name, value));
                if ((first & 0x40) != 0)
                    _table.Add(name, value);
            }
        }
        return fields;
    }

    private static int Number(ReadOnlySpan<byte> block, ref int at, int prefix)
    {
        var full = (1 << prefix) - 1;
        var number = Next(block, ref at) & full;
        if (number < full)
            return number;
        for (var shift = 0; shift <= 21; shift += 7)
        {
            var next = Next(block, ref at);
            number += (next & 0x7f) << shift;
            if (next < 0x80)
                return number <= 1 << 20 ? number : throw new InvalidDataException("number");
        }
        throw new InvalidDataException("number");
    }

    private static string Text(ReadOnlySpan<byte> block, ref int at)
    {
        var huffman = at < block.Length && block[at] >= 0x80;
        var length = Number(block, ref at, 7);
        if (length > block.Length - at)
            throw new InvalidDataException("string");
        var bytes = block.Slice(at, length);
        at += length;
        return Encoding.Latin1.GetString(huffman ? HuffmanCode.Decode(bytes) : bytes.ToArray());
    }

    private static byte Next(ReadOnlySpan<byte> block, ref int at) =>
        at < block.Length ? block[at++] : throw new InvalidDataException("end");
}
