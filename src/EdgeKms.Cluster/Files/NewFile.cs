using System.Runtime.InteropServices;

namespace EdgeKms.Cluster.Files;

/// <summary>Files that appear whole, and an exchange that another writer's change survives.</summary>
internal static partial class NewFile
{
    private const int CurrentDirectory = -100;

    /// <summary><c>RENAME_NOREPLACE</c> and <c>RENAME_EXCHANGE</c> (man 2 renameat2).</summary>
    private const uint NoReplace = 1;
    private const uint Exchanged = 2;

    /// <summary>Makes a file that isn't there yet; one that is there stays.</summary>
    /// <exception cref="IOException">There is one, or the disk refused.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode)
    {
        var temporary = Beside(path, bytes, mode, owner: null);
        if (renameat2(CurrentDirectory, temporary, CurrentDirectory, path, NoReplace) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            File.Delete(temporary);
            throw Failed(path, error);
        }
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>
    /// Puts bytes in the place of what is expected there, with owner and mode as they are. A file that says something else by
    /// then is left, or put back: the two names change places in one step, so that nothing of another writer is ever lost.
    /// </summary>
    /// <returns>False where the file says something else.</returns>
    /// <exception cref="IOException">The disk refused; the file is as it was.</exception>
    internal static bool Exchange(string path, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> bytes)
    {
        if (!Says(path, expected))
            return false;
        var temporary = Beside(path, bytes, File.GetUnixFileMode(path), owner: path);
        try
        {
            if (renameat2(CurrentDirectory, temporary, CurrentDirectory, path, Exchanged) != 0)
            {
                // A file system that can't (vfat): the look right before is all there is.
                if (!Says(path, expected))
                    return false;
                File.Move(temporary, path, overwrite: true);
                DirectorySync.Flush(Path.GetDirectoryName(path)!);
                return true;
            }
            if (Says(temporary, expected))
            {
                DirectorySync.Flush(Path.GetDirectoryName(path)!);
                return true;
            }
            GiveBack(path, temporary, bytes);
            return false;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>
    /// Somebody wrote between the look and the exchange: his file gets its name back. Where he wrote once more meanwhile, that comes
    /// out in place of ours, and is put back in turn: the end is when nothing comes out but what was put there here.
    /// </summary>
    /// <param name="path">Has our bytes, or what he wrote since.</param>
    /// <param name="temporary">Has what he wrote before.</param>
    /// <param name="bytes">Ours.</param>
    internal static void GiveBack(string path, string temporary, ReadOnlySpan<byte> bytes)
    {
        for (var put = bytes; ; )
        {
            ReadOnlySpan<byte> theirs = File.ReadAllBytes(temporary);
            if (renameat2(CurrentDirectory, temporary, CurrentDirectory, path, Exchanged) != 0)
                throw Failed(path, Marshal.GetLastPInvokeError());
            if (Says(temporary, put))
                break;
            put = theirs;
        }
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }

    private static bool Says(string path, ReadOnlySpan<byte> expected) =>
        File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(expected);

    private static string Beside(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode, string? owner)
    {
        // The leading dot: a kubelet would take any other name in its directory for a second manifest.
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, ".edgekms-new-" + Path.GetFileName(path));
        File.Delete(temporary); // a killed process may have left one
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            BufferSize = 0,
        };
        using var stream = new FileStream(temporary, options);
        if (owner is not null)
            FileOwner.Copy(owner, stream.SafeFileHandle);
        File.SetUnixFileMode(stream.SafeFileHandle, mode);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
        return temporary;
    }

    private static IOException Failed(string path, int error) =>
        new($"{path} can't be put in place: {Marshal.GetPInvokeErrorMessage(error)}");

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(
        int oldDirectory,
        string oldPath,
        int newDirectory,
        string newPath,
        uint flags
    );
}
