using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>
/// Kind, mode, owner, length, number of names and file system of a file (statx: its layout is the same on every architecture).
/// </summary>
public readonly record struct FileStatus(
    uint Kind,
    uint Mode,
    uint User,
    uint Group,
    long Length,
    uint Links,
    (uint Major, uint Minor) Device
)
{
    private const uint KindMask = 0xF000;

    public bool IsDirectory => Kind == 0x4000;

    public bool IsLink => Kind == 0xA000;

    public bool IsRegular => Kind == 0x8000;

    public bool IsSocket => Kind == 0xC000;

    /// <summary>The process's own user.</summary>
    public static uint OwnUser => FileCalls.geteuid();

    /// <summary>Status of a path, of a link itself and not of its target; null when there is nothing.</summary>
    /// <exception cref="EdgeKmsException">Any other refusal of the operating system.</exception>
    public static FileStatus? Of(string path) => Read(FileCalls.AtCwd, path, FileCalls.AtSymlinkNoFollow);

    internal static FileStatus OfDescriptor(int descriptor, string path) =>
        Read(descriptor, "", FileCalls.AtEmptyPath) ?? throw SystemCall.Failed("stat", path);

    private static unsafe FileStatus? Read(int directory, string path, int flags)
    {
        var buffer = stackalloc byte[256];
        if (FileCalls.statx(directory, path, flags, FileCalls.StatxBasic, buffer) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is FileCalls.Enoent or FileCalls.Enotdir ? null : throw SystemCall.Failed("stat", path, error);
        }
        var stat = new ReadOnlySpan<byte>(buffer, 256);
        uint mode = MemoryMarshal.Read<ushort>(stat[28..]);
        return new FileStatus(
            mode & KindMask,
            mode & 0xFFF,
            MemoryMarshal.Read<uint>(stat[20..]),
            MemoryMarshal.Read<uint>(stat[24..]),
            MemoryMarshal.Read<long>(stat[40..]),
            MemoryMarshal.Read<uint>(stat[16..]),
            (MemoryMarshal.Read<uint>(stat[136..]), MemoryMarshal.Read<uint>(stat[140..]))
        );
    }
}
