using System.Buffers.Binary;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>
/// A meta page of a bbolt database (go.etcd.io/bbolt, internal/common/meta.go and page.go). All numbers are little-endian; behind the
/// page's header of 16 bytes: magic, version, page size, flags, root bucket (page, sequence), free list, high-water mark, transaction,
/// FNV-1a of all of it.
/// </summary>
/// <param name="PageSize">Bytes of a page: a power of two from 1 KiB to 64 KiB.</param>
/// <param name="Root">Page of the root bucket.</param>
/// <param name="Pages">High-water mark: pages with this number and above are not of the database.</param>
/// <param name="Transaction">The page with the higher one counts.</param>
internal sealed record BoltMeta(int PageSize, ulong Root, ulong Pages, ulong Transaction)
{
    internal const int MinPageSize = 1024;
    internal const int MaxPageSize = 65_536;

    /// <summary>Length of a page's header and a meta.</summary>
    internal const int Bytes = Start + Checksum + 8;

    private const uint Magic = 0xED0CDAED;
    private const uint Version = 2;
    private const int Start = 16;
    private const int Checksum = 56;

    /// <summary>Null where the page is no whole meta page.</summary>
    internal static BoltMeta? Parse(ReadOnlySpan<byte> page)
    {
        if (page.Length < Bytes)
            return null;
        var meta = page[Start..];
        var pageSize = BinaryPrimitives.ReadUInt32LittleEndian(meta[8..]);
        return
            BinaryPrimitives.ReadUInt32LittleEndian(meta) == Magic
            && BinaryPrimitives.ReadUInt32LittleEndian(meta[4..]) == Version
            && BinaryPrimitives.ReadUInt64LittleEndian(meta[Checksum..]) == Fnv1a(meta[..Checksum])
            && pageSize is >= MinPageSize and <= MaxPageSize
            && (pageSize & (pageSize - 1)) == 0
            ? new BoltMeta(
                (int)pageSize,
                BinaryPrimitives.ReadUInt64LittleEndian(meta[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(meta[40..]),
                BinaryPrimitives.ReadUInt64LittleEndian(meta[48..])
            )
            : null;
    }

    private static ulong Fnv1a(ReadOnlySpan<byte> bytes)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var b in bytes)
            hash = unchecked((hash ^ b) * 1_099_511_628_211UL);
        return hash;
    }
}
