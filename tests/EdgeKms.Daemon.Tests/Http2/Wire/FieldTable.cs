namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>The static table of RFC 7541, appendix A, and a dynamic one, with names and values.</summary>
internal sealed class FieldTable
{
    private static readonly (string Name, string Value)[] Static =
    [
        (":authority", ""),
        (":method", "GET"),
        (":method", "POST"),
        (":path", "/"),
        (":path", "/index.html"),
        (":scheme", "http"),
        (":scheme", "https"),
        (":status", "200"),
        (":status", "204"),
        (":status", "206"),
        (":status", "304"),
        (":status", "400"),
        (":status", "404"),
        (":status", "500"),
        ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"),
        ("accept-language", ""),
        ("accept-ranges", ""),
        ("accept", ""),
        ("access-control-allow-origin", ""),
        ("age", ""),
        ("allow", ""),
        ("authorization", ""),
        ("cache-control", ""),
        ("content-disposition", ""),
        ("content-encoding", ""),
        ("content-language", ""),
        ("content-length", ""),
        ("content-location", ""),
        ("content-range", ""),
        ("content-type", ""),
        ("cookie", ""),
        ("date", ""),
        ("etag", ""),
        ("expect", ""),
        ("expires", ""),
        ("from", ""),
        ("host", ""),
        ("if-match", ""),
        ("if-modified-since", ""),
        ("if-none-match", ""),
        ("if-range", ""),
        ("if-unmodified-since", ""),
        ("last-modified", ""),
        ("link", ""),
        ("location", ""),
        ("max-forwards", ""),
        ("proxy-authenticate", ""),
        ("proxy-authorization", ""),
        ("range", ""),
        ("referer", ""),
        ("refresh", ""),
        ("retry-after", ""),
        ("server", ""),
        ("set-cookie", ""),
        ("strict-transport-security", ""),
        ("transfer-encoding", ""),
        ("user-agent", ""),
        ("vary", ""),
        ("via", ""),
        ("www-authenticate", ""),
    ];

    private readonly List<(string Name, string Value)> _dynamic = [];

    internal int Limit { get; private set; } = 4096;

    internal int Count => _dynamic.Count;

    internal int Size => _dynamic.Sum(SizeOf);

    internal (string Name, string Value) this[int index] =>
        index < 1 ? throw new InvalidDataException("index 0")
        : index <= Static.Length ? Static[index - 1]
        : index <= Static.Length + _dynamic.Count ? _dynamic[index - Static.Length - 1]
        : throw new InvalidDataException($"index {index}");

    /// <summary>0 where there is none.</summary>
    internal int Find(string name, string value) => Index(f => f == (name, value));

    /// <summary>0 where there is none.</summary>
    internal int Find(string name) => Index(f => f.Name == name);

    internal void Add(string name, string value)
    {
        _dynamic.Insert(0, (name, value));
        Shrink();
    }

    internal void Resize(int limit)
    {
        Limit = limit;
        Shrink();
    }

    private int Index(Func<(string Name, string Value), bool> wanted)
    {
        var at = Array.FindIndex(Static, f => wanted(f));
        if (at >= 0)
            return at + 1;
        at = _dynamic.FindIndex(f => wanted(f));
        return at < 0 ? 0 : Static.Length + at + 1;
    }

    private void Shrink()
    {
        while (_dynamic.Count > 0 && Size > Limit)
            _dynamic.RemoveAt(_dynamic.Count - 1);
    }

    private static int SizeOf((string Name, string Value) field) => field.Name.Length + field.Value.Length + 32;
}
