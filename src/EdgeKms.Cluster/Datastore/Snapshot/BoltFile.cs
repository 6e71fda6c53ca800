using System.Buffers;
using System.Buffers.Binary;
using EdgeKms.Contract.Failures;
using Microsoft.Win32.SafeHandles;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>
/// A bbolt database, read page by page: no mapping, so that a file that gets shorter is an error and no signal, and memory stays
/// bounded.
/// </summary>
internal sealed class BoltFile
{
    // etcd takes requests of 1.5 MiB and lets that be raised; a page with overflow holds one of them or little more.
    private const long MaxPageBytes = 64 * 1024 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly BoltMeta _meta;

    /// <param name="handle">The open file.</param>
    /// <param name="path">For messages.</param>
    /// <param name="length">Of the database, without what stands behind it.</param>
    /// <exception cref="CommandException">Exit code 2: it is no bbolt database; 8: it is damaged.</exception>
    internal BoltFile(SafeFileHandle handle, string path, long length)
    {
        (_handle, _path) = (handle, path);
        _meta =
            NewestMeta()
            ?? throw new CommandException(
                ExitCode.Usage,
                $"{path} is no snapshot of etcd, or its first pages are damaged",
                "name a file of \"etcdctl snapshot save\""
            );
        if (_meta.Pages > (ulong)(length / _meta.PageSize))
            throw Damaged("it is shorter than its pages");
    }

    internal ulong Pages => _meta.Pages;

    /// <summary>The bucket that holds the others.</summary>
    internal BoltCursor Root() => new(this, _meta.Root, null);

    /// <summary>A page with its overflow, in a buffer that <see cref="Return"/> takes back.</summary>
    internal BoltPage Page(ulong number)
    {
        if (number < 2 || number >= _meta.Pages)
            throw Damaged($"it points to page {number}, which it doesn't have");
        Span<byte> header = stackalloc byte[BoltPage.Header];
        Read(header, number);
        var overflow = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        var length = (1L + overflow) * _meta.PageSize;
        if (overflow >= _meta.Pages - number || length > MaxPageBytes)
            throw Damaged($"page {number} is longer than it can be");
        var bytes = ArrayPool<byte>.Shared.Rent((int)length);
        Read(bytes.AsSpan(0, (int)length), number);
        var page = new BoltPage(bytes, (int)length);
        if (page.Number != number)
            throw Damaged($"page {number} has another number");
        return page.Refuse() is { } reason ? throw Damaged($"page {number}: {reason}") : page;
    }

    /// <summary>A page inside of a value: a bucket that is small.</summary>
    internal BoltPage Inline(ReadOnlySpan<byte> value)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(value.Length, BoltPage.Header));
        value.CopyTo(bytes);
        var page = new BoltPage(bytes, value.Length);
        return value.Length < BoltPage.Header || page.Refuse() is not null || !page.IsLeaf
            ? throw Damaged("a small bucket is no leaf")
            : page;
    }

#pragma warning disable CA1822 // The other half of Page.
    internal void Return(BoltPage page) => ArrayPool<byte>.Shared.Return(page.Buffer);
#pragma warning restore CA1822

    internal CommandException Damaged(string what) =>
        new(
            ExitCode.Io,
            $"{_path} is damaged: {what}",
            "make the snapshot again with \"etcdctl snapshot save\", or take another one"
        );

    private void Read(Span<byte> bytes, ulong number)
    {
        if (SnapshotBytes.Read(_handle, _path, bytes, (long)number * _meta.PageSize) < bytes.Length)
            throw Damaged("it ends too early");
    }

    /// <summary>Two meta pages, written in turn. Where the first is damaged, the second lies behind a page of unknown size.</summary>
    private BoltMeta? NewestMeta()
    {
        BoltMeta? newest = null;
        Span<byte> bytes = stackalloc byte[BoltMeta.Bytes];
        for (long at = 0; at <= BoltMeta.MaxPageSize; at = at == 0 ? BoltMeta.MinPageSize : at * 2)
        {
            var length = SnapshotBytes.Read(_handle, _path, bytes, at);
            var meta = BoltMeta.Parse(bytes[..length]);
            if (meta is not null && (at == 0 || at == meta.PageSize) && meta.Transaction >= (newest?.Transaction ?? 0))
                newest = meta;
        }
        return newest;
    }
}
