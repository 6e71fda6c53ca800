using System.Security.Cryptography;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>Where the node token lies, and its crash-safe write.</summary>
internal sealed class NodeTokenFile(string path)
{
    private readonly LinuxDirectory _directory = new(Path.GetDirectoryName(path)!);
    private readonly string _name = Path.GetFileName(path);

    internal string FullPath { get; } = path;

    internal bool Exists => _directory.List().Contains(_name, StringComparer.Ordinal);

    internal LinuxDirectory Directory => _directory;

    internal string Name => _name;

    /// <summary>Writes a token; without <paramref name="replace"/> the name must be free.</summary>
    internal void Write(NodeToken token, bool replace)
    {
        var bytes = token.Write();
        try
        {
            AtomicWrite.Write(
                _directory,
                _name,
                bytes,
                replace,
                back =>
                {
                    var same = CryptographicOperations.FixedTimeEquals(back, bytes);
                    CryptographicOperations.ZeroMemory(back);
                    return same;
                }
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Moves a token that opens nothing aside, under a free name beside it.</summary>
    /// <returns>The new name.</returns>
    internal string MoveAside()
    {
        var taken = _directory.List();
        var aside = Enumerable
            .Range(1, taken.Count + 1)
            .Select(i => $"{_name}.unusable-{i}")
            .First(n => !taken.Contains(n, StringComparer.Ordinal));
        _directory.Rename(_name, aside, replace: false);
        _directory.SyncDirectory();
        return aside;
    }
}
