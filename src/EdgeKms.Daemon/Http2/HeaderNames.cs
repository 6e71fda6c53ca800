namespace EdgeKms.Daemon.Http2;

/// <summary>
/// The names that a header block may mean by a number (RFC 7541 section 2.3): as much of them as it takes to keep the dynamic
/// table's size, which is each name's length and whether it is <c>:authority</c>.
/// </summary>
internal sealed class HeaderNames
{
    /// <summary>
    /// Bytes of the dynamic table, at most: the SETTINGS_HEADER_TABLE_SIZE that Kestrel announces, which is also HTTP/2's default.
    /// </summary>
    internal const int MaxSize = 4096;

    /// <summary>Bytes that an entry counts besides its name and value: RFC 7541 section 4.1.</summary>
    private const int EntryOverhead = 32;

    private readonly Entry[] _entries = new Entry[MaxSize / EntryOverhead];
    private int _newest;
    private int _limit = MaxSize;

    /// <summary>Entries of the dynamic table.</summary>
    internal int Count { get; private set; }

    /// <summary>Their bytes, as RFC 7541 section 4.1 counts them.</summary>
    internal int Size { get; private set; }

    /// <summary>Lengths of the names of the static table, RFC 7541 appendix A; the first is <c>:authority</c>.</summary>
    // csharpier-ignore
    private static ReadOnlySpan<byte> StaticLengths =>
        [
            10, 7, 7, 5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 14, 15, 15, 13, 6, 27,
            3, 5, 13, 13, 19, 16, 16, 14, 16, 13, 12, 6, 4, 4, 6, 7, 4, 4, 8, 17,
            13, 8, 19, 13, 4, 8, 12, 18, 19, 5, 7, 7, 11, 6, 10, 25, 17, 10, 4, 3,
            16,
        ];

    /// <summary>A name: its length in bytes, and whether it is <c>:authority</c>.</summary>
    internal readonly record struct Name(int Length, bool IsAuthority);

    private readonly record struct Entry(Name Name, int Size);

    /// <summary>The name with an index, counted from 1; false where there is none.</summary>
    internal bool TryGet(int index, out Name name)
    {
        name = default;
        if (index < 1 || index > StaticLengths.Length + Count)
            return false;
        name =
            index <= StaticLengths.Length
                ? new Name(StaticLengths[index - 1], index == 1)
                : _entries[Place(index - StaticLengths.Length - 1)].Name;
        return true;
    }

    /// <summary>Takes a field into the dynamic table. One that is larger than the table empties it: RFC 7541 section 4.4.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Bytes of its value, decoded.</param>
    internal void Add(Name name, int value)
    {
        var size = name.Length + value + EntryOverhead;
        Shrink(_limit - size);
        if (size > _limit)
            return;
        _newest = (_newest + _entries.Length - 1) % _entries.Length;
        _entries[_newest] = new Entry(name, size);
        Count++;
        Size += size;
    }

    /// <summary>A dynamic table size update; false where it is above what was announced.</summary>
    internal bool TryLimit(int bytes)
    {
        if (bytes > MaxSize)
            return false;
        _limit = bytes;
        Shrink(bytes);
        return true;
    }

    private void Shrink(int bytes)
    {
        while (Count > 0 && Size > bytes)
            Size -= _entries[Place(--Count)].Size;
    }

    private int Place(int age) => (_newest + age) % _entries.Length;
}
