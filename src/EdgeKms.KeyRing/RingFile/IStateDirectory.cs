namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// One directory of state files: the steps that a crash can fall between. <see cref="LinuxDirectory"/> is the real one;
/// the crash test's directory forgets what was not synced.
/// </summary>
public interface IStateDirectory
{
    /// <summary>For messages to the administrator.</summary>
    string Path { get; }

    /// <summary>Names of the files; empty when the directory doesn't exist.</summary>
    /// <exception cref="Failures.EdgeKmsException">Not private to its owner, or I/O.</exception>
    IReadOnlyList<string> List();

    /// <summary>The file's bytes; null when there is none.</summary>
    /// <param name="name">File name without a directory.</param>
    /// <param name="maxBytes">A larger file gives <see cref="Failures.ErrorCode.RingLimit"/>.</param>
    byte[]? Read(string name, int maxBytes);

    /// <summary>Creates an empty file with mode 0600; the name must be free.</summary>
    void Create(string name);

    /// <summary>Appends to a file that <see cref="Create"/> made.</summary>
    void Append(string name, ReadOnlySpan<byte> bytes);

    /// <summary>fsync of the file.</summary>
    void Sync(string name);

    /// <summary>Renames; the commit of a write. Without <paramref name="replace"/> the target must be free.</summary>
    void Rename(string from, string to, bool replace);

    /// <summary>fsync of the directory: makes names durable.</summary>
    void SyncDirectory();

    /// <summary>Removes a file; nothing happens when there is none.</summary>
    void Delete(string name);

    /// <summary>An exclusive lock that a dead process can't hold (flock); null when someone else has it.</summary>
    IDisposable? TryLock(string name);
}
