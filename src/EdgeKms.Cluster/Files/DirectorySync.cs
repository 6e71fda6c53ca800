using System.Runtime.InteropServices;

namespace EdgeKms.Cluster.Files;

/// <summary>fsync of a directory, which makes a rename in it durable (man 2 fsync) and .NET lacks.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <exception cref="IOException">The disk refused.</exception>
    internal static void Flush(string directory)
    {
        var descriptor = open(directory, ReadOnlyCloseOnExec);
        if (descriptor < 0)
            throw Failed(directory);
        try
        {
            if (fsync(descriptor) != 0)
                throw Failed(directory);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failed(string directory) =>
        new($"{directory} can't be made durable: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
