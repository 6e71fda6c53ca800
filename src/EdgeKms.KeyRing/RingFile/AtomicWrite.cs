// Purpose:    a file is there complete, or not at all, whatever stops the machine.
// References: man 2 fsync ("calling fsync() does not necessarily ensure that the entry in the directory … has also
//             reached disk"), man 2 rename.
// Parameters: temporary file created exclusively with mode 0600, append, fsync, read back and verify, rename, fsync of
//             the directory.
// Limits:     the rename is the commit. Before it the old state stands, after it the new one; a temporary file that a
//             crash left is removed by the next write. The caller holds the write lock.

using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>The crash-safe write.</summary>
public static class AtomicWrite
{
    /// <summary>Prefix of temporary files.</summary>
    public const string TemporaryPrefix = ".new-";

    /// <summary>Writes <paramref name="bytes"/> under <paramref name="name"/>.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="name">The final name.</param>
    /// <param name="bytes">The whole content.</param>
    /// <param name="replace">False: the name must be free.</param>
    /// <param name="verify">Gets the bytes as read back; false stops the write before its commit.</param>
    /// <exception cref="EdgeKmsException">Nothing was committed, unless it says that the directory can't be synced.</exception>
    public static void Write(
        IStateDirectory directory,
        string name,
        byte[] bytes,
        bool replace,
        Func<byte[], bool> verify
    )
    {
        var temporary = TemporaryPrefix + name;
        directory.Delete(temporary);
        try
        {
            directory.Create(temporary);
            directory.Append(temporary, bytes);
            directory.Sync(temporary);
            var back = directory.Read(temporary, bytes.Length);
            var same = back is not null && verify(back);
            CryptographicOperations.ZeroMemory(back); // it may have been a node token
            if (!same)
                throw new EdgeKmsException(
                    ErrorCode.StorageFailed,
                    $"what was written to {directory.Path} reads back differently"
                );
            directory.Rename(temporary, name, replace);
        }
        catch (EdgeKmsException)
        {
            TryDelete(directory, temporary);
            throw;
        }
        directory.SyncDirectory();
    }

    /// <summary>
    /// Removes the temporary files that crashes left of names with this prefix: a name that is never written again
    /// would keep its own for ever. Under the lock of those who write there.
    /// </summary>
    internal static void Sweep(IStateDirectory directory, string prefix)
    {
        foreach (var name in directory.List())
        {
            if (name.StartsWith(TemporaryPrefix + prefix, StringComparison.Ordinal))
                directory.Delete(name);
        }
    }

    private static void TryDelete(IStateDirectory directory, string name)
    {
        try
        {
            directory.Delete(name);
        }
        catch (EdgeKmsException)
        {
            // The disk that refused the write may refuse this too; the next write tries again.
        }
    }
}
