using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Audit;

/// <summary>Makes the log's directory, mode 0700.</summary>
internal static class AuditDirectory
{
    /// <exception cref="EdgeKmsException">There is no state directory, or I/O.</exception>
    internal static void Make(string stateDirectory, string path)
    {
        if (FileStatus.Of(path) is not null)
            return;
        // Making it would make its parents, and a state directory without a ring is not this log's to make.
        var state =
            DirectoryPlace.Of(stateDirectory)?.Status
            ?? throw new EdgeKmsException(ErrorCode.StorageFailed, $"there is no directory {stateDirectory}");
        LinuxDirectory.Make(path);
        // Root may be the first to append: the daemon, which runs as the state directory's owner, must be able to after it.
        if (state.User != FileStatus.OwnUser)
            GiveTo(state.User, path);
    }

    private static void GiveTo(uint user, string path)
    {
        const int flags = FileCalls.ReadOnly | FileCalls.CloseOnExec;
        var descriptor = FileCalls.open(path, flags | FileCalls.DirectoryFlag | FileCalls.NoFollow, 0);
        if (descriptor < 0)
            throw SystemCall.Failed("open", path);
        try
        {
            if (FileCalls.fchown(descriptor, user, uint.MaxValue) != 0)
                throw SystemCall.Failed("chown", path);
        }
        finally
        {
            _ = FileCalls.close(descriptor);
        }
    }
}
