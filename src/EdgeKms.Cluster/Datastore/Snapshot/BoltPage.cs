using System.Buffers.Binary;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>
/// A branch or leaf page of a bbolt database (go.etcd.io/bbolt, internal/common/page.go): a header of 16 bytes (number, flags, count,
/// overflow), then as many elements of 16 bytes, then keys and values, whose place each element says from its own beginning. Nothing
/// in it is believed: what lies outside of the page is damage.
/// </summary>
/// <param name="bytes">A whole page with its overflow, or more than that.</param>
/// <param name="length">Its length.</param>
internal sealed class BoltPage(byte[] bytes, int length)
{
    internal const int Header = 16;

    private const int Element = 16;
    private const ushort Branch = 1;
    private const ushort Leaf = 2;
    private const uint Bucket = 1;

    internal byte[] Buffer => bytes;

    internal ulong Number => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    internal bool IsLeaf => Flags == Leaf;

    internal int Count => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(10));

    private ushort Flags => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));

    /// <summary>Null where the header can be right, else what is wrong.</summary>
    internal string? Refuse() =>
        Flags is not (Branch or Leaf) ? "it is neither a branch nor a leaf"
        : Header + Count * Element > length ? "it has more elements than fit"
        : Count == 0 && Flags == Branch ? "it is a branch without elements"
        : null;

    /// <summary>True where a leaf's element is a bucket of its own.</summary>
    internal bool IsBucket(int index) => (Number32(index, 0) & Bucket) != 0;

    /// <summary>Page below a branch's element.</summary>
    internal ulong Child(int index) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(Header + index * Element + 8));

    internal bool TryKey(int index, out ReadOnlySpan<byte> key) =>
        IsLeaf
            ? TrySlice(index, Number32(index, 4), Number32(index, 8), out key)
            : TrySlice(index, Number32(index, 0), Number32(index, 4), out key);

    /// <summary>Of a leaf's element.</summary>
    internal bool TryValue(int index, out ReadOnlySpan<byte> value) =>
        TrySlice(index, (long)Number32(index, 4) + Number32(index, 8), Number32(index, 12), out value);

    private uint Number32(int index, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(Header + index * Element + offset));

    private bool TrySlice(int index, long position, long size, out ReadOnlySpan<byte> slice)
    {
        var start = Header + index * Element + position;
        var fits = start >= Header + Count * Element && start + size <= length;
        slice = fits ? bytes.AsSpan((int)start, (int)size) : default;
        return fits;
    }
}
