using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Tests.RingFile;

/// <summary>
/// A directory that models durability: a file's content is safe once it was synced, its name once the directory was.
/// </summary>
internal sealed class MemoryDirectory(string path, Steps steps) : IStateDirectory
{
    private Dictionary<string, Node> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Node> _durable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = [];

    public string Path => path;

    internal Steps Steps { get; set; } = steps;

    /// <summary>After a power cut: what was not synced is kept or lost, names and contents each.</summary>
    internal MemoryDirectory Reboot(bool keepNames, bool keepContents)
    {
        var after = new MemoryDirectory(path, new Steps());
        foreach (var (name, node) in keepNames ? _names : _durable)
            after._names[name] = new Node { Content = keepContents ? node.Content : node.Synced, Synced = node.Synced };
        after._durable = new Dictionary<string, Node>(after._names, StringComparer.Ordinal);
        return after;
    }

    /// <summary>The same machine once more: what was not synced stays so.</summary>
    internal MemoryDirectory Copy()
    {
        var copies = _names.Values.Concat(_durable.Values).Distinct().ToDictionary(n => n, n => n.Copy());
        return new MemoryDirectory(path, new Steps())
        {
            _names = _names.ToDictionary(n => n.Key, n => copies[n.Value], StringComparer.Ordinal),
            _durable = _durable.ToDictionary(n => n.Key, n => copies[n.Value], StringComparer.Ordinal),
        };
    }

    internal byte[]? Peek(string name) => _names.GetValueOrDefault(name)?.Content;

    /// <summary>Somebody put a file here, durable.</summary>
    internal void Put(string name, byte[] content)
    {
        _names[name] = new Node { Content = content, Synced = content };
        _durable[name] = _names[name];
    }

    internal void Remove(string name)
    {
        _names.Remove(name);
        _durable.Remove(name);
    }

    public IReadOnlyList<string> List()
    {
        Steps.Next("list");
        return [.. _names.Keys];
    }

    public byte[]? Read(string name, int maxBytes)
    {
        Steps.Next("read " + name);
        if (!_names.TryGetValue(name, out var node))
            return null;
        return node.Content.Length <= maxBytes
            ? node.Content.ToArray()
            : throw new EdgeKmsException(ErrorCode.RingLimit, $"{name} is larger than {maxBytes} bytes");
    }

    public void Create(string name)
    {
        Steps.Next("create " + name);
        if (!_names.TryAdd(name, new Node()))
            throw new EdgeKmsException(ErrorCode.RingExists, name);
    }

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        var node = _names[name];
        try
        {
            Steps.Next("append to " + name);
        }
        catch (Exception) when (Steps.IsHalfWritten)
        {
            node.Content = [.. node.Content, .. bytes[..(bytes.Length / 2)]];
            throw;
        }
        node.Content = [.. node.Content, .. bytes];
    }

    public void Sync(string name)
    {
        Steps.Next("sync " + name);
        _names[name].Synced = _names[name].Content;
    }

    public void Rename(string from, string to, bool replace)
    {
        Steps.Next($"rename {from} to {to}");
        if (!replace && _names.ContainsKey(to))
            throw new EdgeKmsException(ErrorCode.RingExists, to);
        _names[to] = _names[from];
        _names.Remove(from);
    }

    public void SyncDirectory()
    {
        Steps.Next("sync directory");
        _durable = new Dictionary<string, Node>(_names, StringComparer.Ordinal);
    }

    public void Delete(string name)
    {
        Steps.Next("delete " + name);
        _names.Remove(name);
    }

    public IDisposable? TryLock(string name) => _locks.Add(name) ? new Unlock(() => _locks.Remove(name)) : null;

    private sealed class Node
    {
        internal byte[] Content { get; set; } = [];

        internal byte[] Synced { get; set; } = [];

        internal Node Copy() => new() { Content = Content, Synced = Synced };
    }

    private sealed class Unlock(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
