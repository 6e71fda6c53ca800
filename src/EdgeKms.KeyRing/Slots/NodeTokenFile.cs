// Purpose:    where the node token lies, and how it is replaced without a moment in which no token opens the ring.
// References: man 2 rename.
// Parameters: NAME holds the token; NAME.next holds its successor while a change of the ring is under way.
// Limits:     a change writes NAME.next before the ring's commit and renames it to NAME after it. Stopped before the
//             commit, NAME opens the ring and NAME.next nothing; after it NAME.next opens it and NAME nothing. Readers
//             try both, so every moment has a way in.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Slots;

/// <summary>The node token's file and its successor, in one directory.</summary>
public sealed class NodeTokenFile(IStateDirectory directory, string name)
{
    private readonly string _next = name + ".next";

    /// <summary>For messages.</summary>
    public string FullPath => Path.Combine(directory.Path, name);

    /// <summary>True when there is something under the token's name.</summary>
    public bool Exists => directory.List().Contains(name, StringComparer.Ordinal);

    /// <summary>The token file at an absolute path.</summary>
    public static NodeTokenFile Open(string path) =>
        new(new LinuxDirectory(Path.GetDirectoryName(path)!), Path.GetFileName(path));

    /// <summary>The ring key (32 bytes), by the token or by the successor that an interrupted change left.</summary>
    /// <exception cref="EdgeKmsException">As <see cref="RingUnlock.ByToken"/> says of the token itself.</exception>
    public SecretBytes Unlock(RingHeader ring)
    {
        try
        {
            return RingUnlock.ByToken(ring, directory, name);
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            if (TryUnlockByNext(ring) is { } ringKey)
                return ringKey;
            throw;
        }
    }

    /// <summary>
    /// Finishes what an interrupted change left: a successor that alone opens <paramref name="ring"/> becomes the token.
    /// The first step of a change, which is about to overwrite the successor.
    /// </summary>
    public void Settle(RingHeader ring)
    {
        try
        {
            using var key = RingUnlock.ByToken(ring, directory, name);
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            using var next = TryUnlockByNext(ring);
            if (next is not null)
                Promote();
        }
    }

    /// <summary>Writes the successor, durable.</summary>
    public void Stage(NodeToken token) => Write(_next, token);

    /// <summary>The successor becomes the token; the old one is gone.</summary>
    public void Promote()
    {
        directory.Rename(_next, name, replace: true);
        directory.SyncDirectory();
    }

    /// <summary>Removes a successor whose ring was not made.</summary>
    public void Unstage() => directory.Delete(_next);

    /// <summary>Moves a token that opens nothing aside, under a free name beside it.</summary>
    /// <returns>The new name.</returns>
    public string MoveAside() => Aside.Move(directory, name);

    /// <summary>The ring key by the successor alone; null when it opens nothing.</summary>
    internal SecretBytes? TryUnlockByNext(RingHeader ring)
    {
        try
        {
            return RingUnlock.ByToken(ring, directory, _next);
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code) || e.Code == ErrorCode.NotPrivate)
        {
            return null;
        }
    }

    private void Write(string to, NodeToken token)
    {
        var bytes = token.Write();
        try
        {
            AtomicWrite.Write(
                directory,
                to,
                bytes,
                replace: true,
                back => CryptographicOperations.FixedTimeEquals(back, bytes)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
