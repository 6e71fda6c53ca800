using System.Text;

namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>The log of a child. It may name objects of the cluster, so it is the owner's (0600).</summary>
internal static class ChildLog
{
    private const long MaxBytes = 10 * 1024 * 1024;
    private const int TailBytes = 16_384;
    private const int MaxColumns = 300;

    /// <summary>Makes the file; one of more than 10 MB becomes <c>NAME.log.1</c>, in the place of an older one.</summary>
    internal static void Prepare(string path)
    {
        if (File.Exists(path) && new FileInfo(path).Length > MaxBytes)
            File.Move(path, path + ".1", overwrite: true);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = LocalState.PrivateFile,
        };
        using var file = new FileStream(path, options);
    }

    /// <summary>The last lines, each cut at 300 characters.</summary>
    internal static IReadOnlyList<string> Tail(string path, int lines)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            file.Seek(Math.Max(0, file.Length - TailBytes), SeekOrigin.Begin);
            var bytes = new byte[TailBytes];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return
            [
                .. Encoding
                    .UTF8.GetString(bytes, 0, length)
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .TakeLast(lines)
                    .Select(l => l.Length > MaxColumns ? l[..MaxColumns] + "…" : l),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
