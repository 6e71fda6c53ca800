using System.Runtime.InteropServices;

namespace EdgeKms.Cluster.Report;

/// <summary>Whether a path is an ordinary file, which .NET doesn't tell: statx(2), whose layout is the same on every architecture.</summary>
internal static partial class FileKind
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;
    private const int Bytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Null where nothing is there, or the system doesn't say; false for links, directories, devices and sockets.</summary>
    internal static bool? IsOrdinary(string path)
    {
        Span<byte> answer = stackalloc byte[Bytes];
        return statx(CurrentDirectory, path, NoFollow, TypeOnly, answer) == 0
            ? (BitConverter.ToUInt16(answer[ModeOffset..]) & TypeMask) == Regular
            : null;
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Span<byte> answer);
}
