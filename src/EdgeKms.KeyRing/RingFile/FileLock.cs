using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// An exclusive lock (flock) on a file of a directory, held through open descriptors: the kernel frees it when the process
/// ends, however it ends.
/// </summary>
[SuppressMessage("Reliability", "CA2000", Justification = "the lock that is returned owns the other")]
internal sealed class FileLock(int descriptor) : IDisposable
{
    private int _descriptor = descriptor;
    private FileLock? _other;

    public void Dispose()
    {
        var held = Interlocked.Exchange(ref _descriptor, -1);
        if (held >= 0)
            _ = FileCalls.close(held);
        _other?.Dispose();
    }

    /// <summary>For those who are about to write: makes the file. Null when somebody else has it.</summary>
    /// <param name="file">Made with mode 0600 where it is missing.</param>
    /// <param name="owner">The directory's owner; null when there is no directory.</param>
    /// <exception cref="EdgeKmsException">StorageReadOnly, NotPrivate (a link), or I/O.</exception>
    internal static FileLock? TryTake(string file, uint? owner)
    {
        var flags = FileCalls.ReadWrite | FileCalls.NoFollow | FileCalls.CloseOnExec;
        var descriptor = FileCalls.open(file, flags | FileCalls.CreateFlag | FileCalls.Exclusive, 0x180);
        // Root may be the first to lock: the directory's owner must be able to lock after it. Only a file that this call
        // made changes its owner: any other could be a hard link to a file of root's.
        if (descriptor >= 0 && owner is { } user && user != FileStatus.OwnUser)
            _ = FileCalls.fchown(descriptor, user, uint.MaxValue);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == FileCalls.Eexist)
            descriptor = FileCalls.open(file, flags, 0);
        return descriptor < 0 ? throw SystemCall.Failed("open", file) : Lock(descriptor, file);
    }

    /// <summary>
    /// For those who only keep others out: nothing need be written. On a read-only file system the file is opened for
    /// reading. The directory is locked as well: whoever started on it while there was no file, and whoever makes the file
    /// after a remount, must still meet.
    /// </summary>
    /// <inheritdoc cref="TryTake"/>
    internal static FileLock? TryTakeUnwritten(string directory, string file, uint? owner)
    {
        var place = LockDirectory(directory, out var isTaken);
        if (isTaken)
            return null;
        FileLock? whole = null;
        try
        {
            var held = TakeAsItIs(file, owner, isEnough: place is not null, out isTaken);
            if (isTaken)
                return null;
            whole = held ?? place;
            if (held is not null)
                held._other = place;
            return whole;
        }
        finally
        {
            if (whole is null)
                place?.Dispose();
        }
    }

    /// <summary>Null too where the file system can't lock a directory, as NFS.</summary>
    private static FileLock? LockDirectory(string directory, out bool isTaken)
    {
        isTaken = false;
        const int flags = FileCalls.ReadOnly | FileCalls.CloseOnExec;
        var descriptor = FileCalls.open(directory, flags | FileCalls.DirectoryFlag, 0);
        if (descriptor < 0)
            throw SystemCall.Failed("open", directory);
        try
        {
            var held = Lock(descriptor, directory);
            isTaken = held is null;
            return held;
        }
        catch (EdgeKmsException)
        {
            return null; // the file alone then
        }
    }

    /// <param name="file">The lock file.</param>
    /// <param name="owner">The directory's owner.</param>
    /// <param name="isEnough">True: the directory is locked, and a file that can't be made is not missed.</param>
    /// <param name="isTaken">Somebody else has it.</param>
    private static FileLock? TakeAsItIs(string file, uint? owner, bool isEnough, out bool isTaken)
    {
        FileLock? held;
        try
        {
            held = TryTake(file, owner);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.StorageReadOnly)
        {
            const int flags = FileCalls.ReadOnly | FileCalls.NonBlocking | FileCalls.CloseOnExec;
            var descriptor = FileCalls.open(file, flags | FileCalls.NoFollow, 0);
            if (descriptor < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                isTaken = false;
                return error == FileCalls.Enoent && isEnough ? null : throw SystemCall.Failed("open", file, error);
            }
            held = Lock(descriptor, file);
        }
        isTaken = held is null;
        return held;
    }

    /// <summary>Null when somebody else has it; the descriptor is closed where it is not held.</summary>
    private static FileLock? Lock(int descriptor, string file)
    {
        const int exclusive = FileCalls.LockExclusive | FileCalls.LockNonBlocking;
        if (SystemCall.Retry(() => FileCalls.flock(descriptor, exclusive)) == 0)
            return new FileLock(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = FileCalls.close(descriptor);
        return error == FileCalls.Eagain ? null : throw SystemCall.Failed("lock", file, error);
    }
}
