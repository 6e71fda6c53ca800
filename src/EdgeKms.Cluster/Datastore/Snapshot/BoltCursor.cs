using System.Buffers.Binary;

namespace EdgeKms.Cluster.Datastore.Snapshot;

/// <summary>
/// Walks over the elements of a bucket, in the order of their keys. Each key has to be above the one before, no page lies deeper than
/// a tree can be, and no more pages are read than the file has: damage ends the walk, it doesn't lengthen it.
/// </summary>
/// <param name="file">The database.</param>
/// <param name="root">Page of the bucket; 0 for one that lies inside of its value.</param>
/// <param name="inline">That page, else null.</param>
internal sealed class BoltCursor(BoltFile file, ulong root, BoltPage? inline) : IDisposable
{
    // A tree of 2^64 pages with two elements in each is not deeper.
    private const int MaxDepth = 64;
    private const int BucketHeader = 16;

    private readonly Stack<(BoltPage Page, int Next)> _path = new();
    private byte[] _last = [];
    private bool _started;
    private ulong _pagesRead;
    private (BoltPage Page, int Index) _current;

    internal ReadOnlySpan<byte> Key => _last;

    /// <summary>Of the current element; valid until the next move.</summary>
    internal ReadOnlySpan<byte> Value =>
        _current.Page.TryValue(_current.Index, out var value)
            ? value
            : throw file.Damaged($"page {_current.Page.Number}: an element lies outside");

    /// <summary>Goes to the next element; false behind the last.</summary>
    /// <exception cref="Contract.Failures.CommandException">Exit code 8: the file is damaged.</exception>
    internal bool MoveNext()
    {
        if (!_started)
            Enter(root);
        _started = true;
        while (_path.TryPop(out var top))
        {
            var (page, index) = top;
            if (index >= page.Count)
            {
                file.Return(page);
                continue;
            }
            _path.Push((page, index + 1));
            if (page.IsLeaf)
            {
                _current = (page, index);
                RememberKey(page, index);
                return true;
            }
            Enter(page.Child(index));
        }
        return false;
    }

    /// <summary>A bucket of this one; null where there is none of that name.</summary>
    internal BoltCursor? Bucket(ReadOnlySpan<byte> name)
    {
        while (MoveNext())
        {
            if (!Key.SequenceEqual(name) || !_current.Page.IsBucket(_current.Index))
                continue;
            var value = Value;
            if (value.Length < BucketHeader)
                throw file.Damaged("a bucket is too short");
            var page = BinaryPrimitives.ReadUInt64LittleEndian(value);
            return new BoltCursor(file, page, page == 0 ? file.Inline(value[BucketHeader..]) : null);
        }
        return null;
    }

    public void Dispose()
    {
        while (_path.TryPop(out var top))
            file.Return(top.Page);
        if (!_started && inline is not null)
            file.Return(inline);
        _started = true;
    }

    private void Enter(ulong number)
    {
        if (_path.Count >= MaxDepth || ++_pagesRead > file.Pages)
            throw file.Damaged("its pages go round in circles");
        _path.Push((inline is not null && !_started ? inline : file.Page(number), 0));
    }

    private void RememberKey(BoltPage page, int index)
    {
        if (!page.TryKey(index, out var key))
            throw file.Damaged($"page {page.Number}: an element lies outside");
        if (_last.Length > 0 && key.SequenceCompareTo(_last) <= 0)
            throw file.Damaged($"page {page.Number}: its keys are not in order");
        if (_last.Length == key.Length)
            key.CopyTo(_last);
        else
            _last = key.ToArray();
    }
}
