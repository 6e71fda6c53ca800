using System.Runtime.InteropServices;

namespace EdgeKms.Cluster.Files;

/// <summary>What a path is, which .NET doesn't tell: statx(2), whose layout is the same on every architecture.</summary>
/// <param name="Device">File system.</param>
/// <param name="Inode">Number in it: both together are one file, under whatever name or mount.</param>
/// <param name="Mode">Kind and permissions (man 7 inode).</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
internal sealed partial record UnixStatus(ulong Device, ulong Inode, int Mode, uint Uid, uint Gid)
{
    internal const int NoSuchFile = 2;
    internal const int NotADirectory = 20;

    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint Basic = 0x7ff;
    private const int Bytes = 256;
    private const int KindMask = 0xF000;

    internal bool IsDirectory => (Mode & KindMask) == 0x4000;

    internal bool IsLink => (Mode & KindMask) == 0xA000;

    internal bool IsSocket => (Mode & KindMask) == 0xC000;

    internal bool IsSameFile(UnixStatus other) => (Device, Inode) == (other.Device, other.Inode);

    /// <summary>The path itself, links not followed; null where it can't be asked.</summary>
    internal static UnixStatus? Of(string path) => Of(path, out _);

    /// <param name="path">The path; a link is not followed.</param>
    /// <param name="error">errno where null is returned.</param>
    internal static UnixStatus? Of(string path, out int error)
    {
        Span<byte> answer = stackalloc byte[Bytes];
        error = statx(CurrentDirectory, path, NoFollow, Basic, answer) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return error != 0
            ? null
            : new UnixStatus(
                ((ulong)BitConverter.ToUInt32(answer[136..]) << 32) | BitConverter.ToUInt32(answer[140..]),
                BitConverter.ToUInt64(answer[32..]),
                BitConverter.ToUInt16(answer[28..]),
                BitConverter.ToUInt32(answer[20..]),
                BitConverter.ToUInt32(answer[24..])
            );
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Span<byte> answer);
}
