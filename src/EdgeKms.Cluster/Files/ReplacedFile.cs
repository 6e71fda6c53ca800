namespace EdgeKms.Cluster.Files;

/// <summary>A file that takes the place of another, whole or not at all: written beside it, synced, renamed.</summary>
public static class ReplacedFile
{
    /// <param name="file">Absolute; its directory exists.</param>
    /// <param name="bytes">What is to be in it.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="obeysUmask">True: the umask takes bits away, as from any file that a person makes.</param>
    /// <exception cref="IOException">The disk refused; what was there is there.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to the directory.</exception>
    public static void Write(string file, ReadOnlySpan<byte> bytes, UnixFileMode mode, bool obeysUmask = false)
    {
        var directory = Path.GetDirectoryName(file)!;
        // The leading dot: a kubelet would take any other name in its directory for a second manifest.
        var temporary = Path.Combine(directory, ".edgekms-new-" + Path.GetFileName(file));
        try
        {
            File.Delete(temporary); // a killed process may have left one
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = mode,
                BufferSize = 0,
            };
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            if (!obeysUmask)
                File.SetUnixFileMode(temporary, mode);
            File.Move(temporary, file, overwrite: true);
            DirectorySync.Flush(directory);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    private static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk that refused the write may refuse this too; the next write deletes it.
        }
    }
}
