using System.Buffers.Binary;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>
/// A key of etcd's bucket <c>key</c> (etcd, server/storage/mvcc/revision.go): main revision (8 bytes, big-endian), <c>_</c>, place
/// within it (8 bytes), and <c>t</c> where the key was deleted.
/// </summary>
/// <param name="Main">Of the transaction.</param>
/// <param name="Sub">Place within the transaction.</param>
/// <param name="IsTombstone">True where the key was deleted.</param>
internal readonly record struct SnapshotRevision(long Main, long Sub, bool IsTombstone)
{
    private const int Bytes = 17;

    /// <summary>Null where the bytes are no revision.</summary>
    internal static SnapshotRevision? Parse(ReadOnlySpan<byte> key)
    {
        var isTombstone = key.Length == Bytes + 1 && key[^1] == (byte)'t';
        if ((key.Length != Bytes && !isTombstone) || key[8] != (byte)'_')
            return null;
        var main = BinaryPrimitives.ReadInt64BigEndian(key);
        var sub = BinaryPrimitives.ReadInt64BigEndian(key[9..]);
        return main < 0 || sub < 0 ? null : new SnapshotRevision(main, sub, isTombstone);
    }
}
