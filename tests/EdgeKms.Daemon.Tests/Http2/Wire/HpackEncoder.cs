using System.Text;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>An encoder that uses every form of RFC 7541, as its random numbers have it. Text is Latin-1: a character, a byte.</summary>
internal sealed class HpackEncoder(Random random)
{
    private readonly FieldTable _table = new();

    internal int TableCount => _table.Count;

    internal byte[] Encode(IEnumerable<(string Name, string Value)> fields)
    {
        var block = new List<byte>();
        if (random.Next(40) == 0)
            Resize(block, random.Next(4) * 64);
        if (random.Next(20) == 0 || _table.Limit < 128 && random.Next(4) == 0)
            Resize(block, random.Next(3) == 0 ? random.Next(4097) : 4096);
        foreach (var (name, value) in fields)
            Field(block, name, value);
        return [.. block];
    }

    private void Resize(List<byte> block, int limit)
    {
        Number(block, 0x20, 5, limit);
        _table.Resize(limit);
    }

    private void Field(List<byte> block, string name, string value)
    {
        var whole = _table.Find(name, value);
        if (whole > 0 && random.Next(10) > 0)
        {
            Number(block, 0x80, 7, whole);
            return;
        }
        var form = random.Next(4);
        var (first, prefix) = form switch
        {
            0 => (0x00, 4),
            1 => (0x10, 4),
            _ => (0x40, 6),
        };
        var index = random.Next(8) == 0 ? 0 : _table.Find(name);
        Number(block, first, prefix, index);
        if (index == 0)
            Text(block, name);
        Text(block, value);
        if (form > 1)
            _table.Add(name, value);
    }

    private void Text(List<byte> block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var huffman = random.Next(3) > 0;
        if (huffman)
            bytes = HuffmanCode.Encode(bytes);
        Number(block, huffman ? 0x80 : 0, 7, bytes.Length);
        block.AddRange(bytes);
    }

    internal static void Number(List<byte> block, int first, int prefix, int number)
    {
        var full = (1 << prefix) - 1;
        if (number < full)
        {
            block.Add((byte)(first | number));
            return;
        }
        block.Add((byte)(first | full));
        for (number -= full; number >= 0x80; number >>= 7)
            block.Add((byte)(number & 0x7f | 0x80));
        block.Add((byte)number);
    }
}
