using System.Security.Cryptography;
using EdgeKms.Contract.Failures;
using Microsoft.Win32.SafeHandles;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>
/// The SHA-256 that <c>etcdctl snapshot save</c> writes behind the database (etcd, etcdutl/snapshot): a file of whole sectors of 512
/// bytes is a copy of a data directory and has none.
/// </summary>
internal static class SnapshotHash
{
    private const int Sector = 512;
    private const int Chunk = 1024 * 1024;

    /// <summary>Length of the database in the file, and whether its hash was there.</summary>
    /// <exception cref="CommandException">Exit code 8: the file is cut off, or its hash is another.</exception>
    internal static (long Length, bool IsThere) Verify(
        SafeFileHandle handle,
        string path,
        CancellationToken cancellation
    )
    {
        var length = RandomAccess.GetLength(handle);
        if (length % Sector == 0)
            return (length, false);
        if (length % Sector != SHA256.HashSizeInBytes)
            throw Damaged(path, "it ends in the middle of a page, so it was cut off");
        length -= SHA256.HashSizeInBytes;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Chunk];
        for (long at = 0; at < length; )
        {
            cancellation.ThrowIfCancellationRequested();
            var part = buffer.AsSpan(0, (int)Math.Min(Chunk, length - at));
            var read = SnapshotBytes.Read(handle, path, part, at);
            if (read == 0)
                throw Damaged(path, "it ends too early");
            hash.AppendData(part[..read]);
            at += read;
        }
        Span<byte> written = stackalloc byte[SHA256.HashSizeInBytes];
        return
            SnapshotBytes.Read(handle, path, written, length) == written.Length
            && CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), written)
            ? (length, true)
            : throw Damaged(path, "it does not have the SHA-256 that stands at its end");
    }

    private static CommandException Damaged(string path, string what) =>
        new(
            ExitCode.Io,
            $"{path} is damaged or no snapshot of etcd: {what}",
            "make the snapshot again with \"etcdctl snapshot save\", or take another one"
        );
}
