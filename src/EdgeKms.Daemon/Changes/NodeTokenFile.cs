using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
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

    /// <summary>The ring key, by this token.</summary>
    /// <exception cref="EdgeKmsException">As <see cref="RingUnlock.ByToken"/>.</exception>
    internal SecretBytes Unlock(LoadedRing loaded) => RingUnlock.ByToken(loaded.Sealed, _directory, _name);

    /// <summary>Writes a token; the name must be free.</summary>
    internal void Write(NodeToken token)
    {
        var bytes = token.Write();
        try
        {
            AtomicWrite.Write(
                _directory,
                _name,
                bytes,
                replace: false,
                back => CryptographicOperations.FixedTimeEquals(back, bytes)
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
