using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeKms.Cluster.Files;

/// <summary>Owner and group of a file, which .NET lacks (man 2 statx: its layout is the same on every architecture).</summary>
internal static partial class FileOwner
{
    private const int CurrentDirectory = -100;
    private const uint UserAndGroup = 0x18; // STATX_UID | STATX_GID
    private const int UserAt = 20;
    private const int GroupAt = 24;

    /// <summary>Gives an open file owner and group of another one.</summary>
    /// <exception cref="IOException">Not this user's to give.</exception>
    internal static void Copy(string from, SafeFileHandle to)
    {
        var (user, group) = Of(from);
        if (fchown(to, user, group) != 0)
            throw Failed(from);
    }

    /// <exception cref="IOException">There is no such file.</exception>
    internal static unsafe (uint User, uint Group) Of(string path)
    {
        var status = stackalloc byte[256];
        if (statx(CurrentDirectory, path, 0, UserAndGroup, status) != 0)
            throw Failed(path);
        var bytes = new ReadOnlySpan<byte>(status, 256);
        return (
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[UserAt..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[GroupAt..])
        );
    }

    private static IOException Failed(string path) =>
        new($"owner of {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchown(SafeFileHandle descriptor, uint user, uint group);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int statx(int directory, string path, int flags, uint mask, byte* buffer);
}
