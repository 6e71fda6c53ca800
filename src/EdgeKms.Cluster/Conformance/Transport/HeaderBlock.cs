using System.Text;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// Writes an HPACK header block (RFC 7541) in the plainest form there is: each field a literal with a literal name,
/// not indexed, not Huffman-coded. Nothing depends on a dynamic table.
/// </summary>
internal sealed class HeaderBlock
{
    private readonly List<byte> bytes = [];

    public HeaderBlock Add(string name, string value)
    {
        bytes.Add(0);
        AddString(name);
        AddString(value);
        return this;
    }

    /// <summary>A literal without indexing whose name is one of the first 14 of the static table.</summary>
    public HeaderBlock AddNamed(byte index, string value)
    {
        bytes.Add(index);
        AddString(value);
        return this;
    }

    public byte[] ToBytes() => [.. bytes];

    private void AddString(string text)
    {
        var raw = Encoding.UTF8.GetBytes(text);

        // An integer with a prefix of 7 bits; the eighth is the Huffman flag, 0.
        var rest = raw.Length;
        if (rest < 127)
        {
            bytes.Add((byte)rest);
        }
        else
        {
            bytes.Add(127);
            for (rest -= 127; rest >= 128; rest >>= 7)
            {
                bytes.Add((byte)((rest & 127) | 128));
            }

            bytes.Add((byte)rest);
        }

        bytes.AddRange(raw);
    }
}
