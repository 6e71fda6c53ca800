using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>Turns errno into our error codes; the words name the call and the path.</summary>
internal static class SystemCall
{
    internal static EdgeKmsException Failed(string what, string path, int? error = null)
    {
        var errno = error ?? Marshal.GetLastPInvokeError();
        var code = errno switch
        {
            FileCalls.Eacces or FileCalls.Eperm => ErrorCode.PermissionDenied,
            FileCalls.Enospc or FileCalls.Edquot => ErrorCode.StorageFull,
            FileCalls.Erofs => ErrorCode.StorageReadOnly,
            FileCalls.Eloop => ErrorCode.NotPrivate, // a symbolic link, opened with O_NOFOLLOW
            _ => ErrorCode.StorageFailed,
        };
        var reason = errno == FileCalls.Eloop ? "it is a symbolic link" : Marshal.GetPInvokeErrorMessage(errno);
        return new EdgeKmsException(code, $"{what} {path}: {reason}");
    }

    /// <summary>Repeats a call that a signal interrupted.</summary>
    internal static int Retry(Func<int> call)
    {
        int result;
        do result = call();
        while (result < 0 && Marshal.GetLastPInvokeError() == FileCalls.Eintr);
        return result;
    }
}
