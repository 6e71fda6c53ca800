using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>For <see cref="BrokenRule.PromotesTheTokenBeforeTheCommit"/>: the successor's name is the token's.</summary>
internal sealed class EagerTokenDirectory(IStateDirectory inner) : IStateDirectory
{
    private const string Next = ".next";

    public string Path => inner.Path;

    public IReadOnlyList<string> List() => inner.List();

    public byte[]? Read(string name, int maxBytes) => inner.Read(name, maxBytes);

    public void Create(string name) => inner.Create(name);

    public void Append(string name, ReadOnlySpan<byte> bytes) => inner.Append(name, bytes);

    public void Sync(string name) => inner.Sync(name);

    public void Rename(string from, string to, bool replace)
    {
        if (!from.EndsWith(Next, StringComparison.Ordinal) || to.EndsWith(Next, StringComparison.Ordinal))
            inner.Rename(from, to.Replace(Next, "", StringComparison.Ordinal), replace);
    }

    public void SyncDirectory() => inner.SyncDirectory();

    public void Delete(string name) => inner.Delete(name);

    public IDisposable? TryLock(string name) => inner.TryLock(name);
}
