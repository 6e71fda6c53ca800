using System.IO.Compression;
using System.Text;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Logs;

/// <summary>The zip that a person sends to whoever helps: mode 0600, whole or not there.</summary>
public static class LogArchive
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the archive with a summary of what is in it and what is missing.</summary>
    /// <returns>Its size in bytes.</returns>
    /// <exception cref="CommandException">Exit code 3: the file is there; 8 or 9: it can't be written.</exception>
    public static long Write(string path, IReadOnlyList<LogEntry> entries, DateTimeOffset now)
    {
        if (File.Exists(path))
        {
            throw new CommandException(ExitCode.Refused, $"{path} is there already", "name another file with --output");
        }
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            Add(zip, new LogEntry("summary.txt", Summary(entries, now)), now);
            foreach (var entry in entries.Where(e => e.Text.Length > 0))
                Add(zip, entry, now);
        }
        new FileTransaction(new ImageRoot("/")).Write(new FileChange(path, null, bytes.ToArray(), Private));
        return bytes.Length;
    }

    private static void Add(ZipArchive zip, LogEntry entry, DateTimeOffset now)
    {
        var file = zip.CreateEntry(entry.Name, CompressionLevel.Optimal);
        file.LastWriteTime = now;
        using var stream = file.Open();
        stream.Write(Encoding.UTF8.GetBytes(entry.Text));
    }

    private static string Summary(IReadOnlyList<LogEntry> entries, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append("EdgeKms logs of ").Append(now.UtcDateTime.ToString("u")).Append('\n');
        foreach (var entry in entries)
        {
            text.Append(entry.Text.Length > 0 ? "  " : "- ").Append(entry.Name);
            if (entry.Problem is not null)
                text.Append(": ").Append(entry.Problem);
            text.Append('\n');
        }
        return text.ToString();
    }
}
