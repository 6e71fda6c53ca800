using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// A directory on disk. Files are private: mode 0600 at most, owned by the directory's owner, who is this process's user
/// (or root works on behalf of that user). The directory itself may be a link (<see cref="DirectoryPlace"/>); links in it are
/// not followed.
/// </summary>
/// <param name="path">Absolute path.</param>
/// <param name="isPrivate">False for a folder of backups: a USB stick or a network share has the modes that its file
/// system gives it, and what goes there is sealed.</param>
public sealed class LinuxDirectory(string path, bool isPrivate = true) : IStateDirectory
{
    public string Path { get; } = path;

    /// <summary>Makes a directory with mode 0700 and makes the name durable; nothing happens where there is one.</summary>
    /// <exception cref="EdgeKmsException">StorageAbsent (a link leads to nothing), or I/O.</exception>
    public static void Make(string path)
    {
        if (DirectoryPlace.Of(path) is not null)
            return;
        try
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeKmsException(
                e is UnauthorizedAccessException ? ErrorCode.PermissionDenied : ErrorCode.StorageFailed,
                $"the directory {path} can't be made: {e.Message}",
                e
            );
        }
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        SyncPath(System.IO.Path.GetDirectoryName(full) ?? "/");
    }

    public IReadOnlyList<string> List()
    {
        if (CheckDirectory() is null)
            return [];
        try
        {
            return [.. Directory.EnumerateFiles(Path).Select(f => System.IO.Path.GetFileName(f))];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EdgeKmsException(ErrorCode.PermissionDenied, $"list {Path}: permission denied", e);
        }
        catch (IOException e)
        {
            throw new EdgeKmsException(ErrorCode.StorageFailed, $"list {Path}: {e.Message}", e);
        }
    }

    public unsafe byte[]? Read(string name, int maxBytes)
    {
        var owner = CheckDirectory();
        if (owner is null)
            return null;
        var file = At(name);
        // Non-blocking: a named pipe in place of the file would stop the process until somebody writes to it.
        const int flags = FileCalls.ReadOnly | FileCalls.NonBlocking | FileCalls.CloseOnExec;
        var descriptor = FileCalls.open(file, flags | FileCalls.NoFollow, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == FileCalls.Enoent ? null : throw SystemCall.Failed("open", file, error);
        }
        try
        {
            var status = FileStatus.OfDescriptor(descriptor, file);
            if (!status.IsRegular)
                throw new EdgeKmsException(ErrorCode.NotPrivate, $"{file} is not a regular file");
            if (isPrivate && FileModes.RefusalOf(file, status, owner.Value) is { } refusal)
                throw new EdgeKmsException(ErrorCode.NotPrivate, refusal);
            if (status.Length > maxBytes)
                throw new EdgeKmsException(ErrorCode.RingLimit, $"{file} is larger than {maxBytes} bytes");
            var bytes = new byte[status.Length];
            var at = 0;
            fixed (byte* start = bytes)
            {
                while (at < bytes.Length)
                {
                    var count = FileCalls.read(descriptor, start + at, (nuint)(bytes.Length - at));
                    if (count < 0 && Marshal.GetLastPInvokeError() == FileCalls.Eintr)
                        continue;
                    if (count < 0)
                        throw SystemCall.Failed("read", file);
                    if (count == 0)
                        throw new EdgeKmsException(ErrorCode.StorageFailed, $"read {file}: it was cut meanwhile");
                    at += (int)count;
                }
            }
            return bytes;
        }
        finally
        {
            _ = FileCalls.close(descriptor);
        }
    }

    public void Create(string name)
    {
        var owner =
            CheckDirectory() ?? throw new EdgeKmsException(ErrorCode.StorageFailed, $"there is no directory {Path}");
        const int flags = FileCalls.WriteOnly | FileCalls.CreateFlag | FileCalls.Exclusive | FileCalls.CloseOnExec;
        WithOpen(
            name,
            flags | FileCalls.NoFollow,
            (descriptor, file) =>
            {
                if (!isPrivate)
                    return;
                // The umask may take bits away; root may work for the directory's owner.
                if (FileCalls.fchmod(descriptor, 0x180) != 0)
                    throw SystemCall.Failed("chmod", file);
                if (owner != FileStatus.OwnUser && FileCalls.fchown(descriptor, owner, uint.MaxValue) != 0)
                    throw SystemCall.Failed("chown", file);
            }
        );
    }

    public void Append(string name, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        try
        {
            WithOpen(
                name,
                FileCalls.WriteOnly | FileCalls.AppendFlag | FileCalls.NoFollow | FileCalls.CloseOnExec,
                (descriptor, file) => WriteAll(descriptor, file, copy)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy); // it may have been a node token
        }
    }

    public void Sync(string name) =>
        WithOpen(
            name,
            FileCalls.WriteOnly | FileCalls.NoFollow | FileCalls.CloseOnExec,
            (descriptor, file) =>
            {
                if (SystemCall.Retry(() => FileCalls.fsync(descriptor)) != 0)
                    throw SystemCall.Failed("fsync", file);
            }
        );

    public void Rename(string from, string to, bool replace)
    {
        var flags = replace ? 0u : FileCalls.RenameNoReplace;
        if (FileCalls.renameat2(FileCalls.AtCwd, At(from), FileCalls.AtCwd, At(to), flags) == 0)
            return;
        var error = Marshal.GetLastPInvokeError();
        // FAT, NFS and others can't refuse to replace. The caller holds the write lock: nobody else makes the name.
        if (error == FileCalls.Einval && !replace && FileStatus.Of(At(to)) is null)
        {
            Rename(from, to, replace: true);
            return;
        }
        throw error == FileCalls.Eexist
            ? new EdgeKmsException(ErrorCode.RingExists, $"{At(to)} exists already")
            : SystemCall.Failed("rename to", At(to), error);
    }

    public void SyncDirectory() => SyncPath(Path);

    public void Delete(string name)
    {
        if (FileCalls.unlink(At(name)) != 0 && Marshal.GetLastPInvokeError() is var error and not FileCalls.Enoent)
            throw SystemCall.Failed("remove", At(name), error);
    }

    public IDisposable? TryLock(string name) => FileLock.TryTake(At(name), CheckDirectory());

    /// <summary>As <see cref="TryLock"/> for those who will write nothing: also on a read-only file system.</summary>
    public IDisposable? TryLockUnwritten(string name) => FileLock.TryTakeUnwritten(Path, At(name), CheckDirectory());

    private static unsafe void WriteAll(int descriptor, string file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var at = 0;
            while (at < bytes.Length)
            {
                var count = FileCalls.write(descriptor, start + at, (nuint)(bytes.Length - at));
                if (count < 0 && Marshal.GetLastPInvokeError() == FileCalls.Eintr)
                    continue;
                if (count <= 0)
                    throw SystemCall.Failed("write", file);
                at += (int)count;
            }
        }
    }

    private static void SyncPath(string path)
    {
        var descriptor = FileCalls.open(path, FileCalls.ReadOnly | FileCalls.DirectoryFlag | FileCalls.CloseOnExec, 0);
        if (descriptor < 0)
            throw SystemCall.Failed("open", path);
        var result = SystemCall.Retry(() => FileCalls.fsync(descriptor));
        var error = Marshal.GetLastPInvokeError();
        _ = FileCalls.close(descriptor);
        if (result != 0)
            throw SystemCall.Failed("fsync", path, error);
    }

    /// <summary>The directory's owner; null when there is no directory.</summary>
    private uint? CheckDirectory()
    {
        if (DirectoryPlace.Of(Path) is not { } place)
            return null;
        return place.RefusalFor(FileStatus.OwnUser, isPrivate) is { } refusal
            ? throw new EdgeKmsException(refusal.Code, refusal.Text)
            : place.Status.User;
    }

    private void WithOpen(string name, int flags, Action<int, string> action)
    {
        var file = At(name);
        var descriptor = FileCalls.open(file, flags, 0x180);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error == FileCalls.Eexist
                ? new EdgeKmsException(ErrorCode.RingExists, $"{file} exists already")
                : SystemCall.Failed("open", file, error);
        }
        try
        {
            action(descriptor, file);
        }
        finally
        {
            _ = FileCalls.close(descriptor);
        }
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
