using System.Text;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Metrics;

/// <summary><c>edgekms.prom</c> in the directory of node_exporter's textfile collector, which reads whole files by their rename.</summary>
internal static class TextFile
{
    internal const string Name = "edgekms.prom";

    /// <summary>Everybody may read it: node_exporter has a user of its own.</summary>
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes the page, without the metrics of the process.</summary>
    /// <exception cref="CommandException">Exit code 8 or 9; 2: there is no such directory.</exception>
    internal static string Write(string directory, byte[] page)
    {
        if (!Directory.Exists(directory))
        {
            throw new CommandException(
                ExitCode.Usage,
                $"there is no directory {directory}",
                "name that of node_exporter's --collector.textfile.directory"
            );
        }
        var file = Path.Combine(Path.GetFullPath(directory), Name);
        try
        {
            ReplacedFile.Write(file, WithoutProcess(page), Mode);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                e is UnauthorizedAccessException ? ExitCode.Permission : ExitCode.Io,
                $"{file} can't be written: {e.Message}",
                e is UnauthorizedAccessException
                    ? "give the directory to this user, or run the command with sudo"
                    : "look whether the disk is full or read-only",
                e
            );
        }
    }

    /// <summary>node_exporter has <c>process_*</c> of its own, by the same names: with ours it logs an error at each scrape.</summary>
    private static byte[] WithoutProcess(byte[] page)
    {
        var lines = Encoding.UTF8.GetString(page).Split('\n').Where(line => !IsOfProcess(line));
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private static bool IsOfProcess(string line) =>
        line.StartsWith("process_", StringComparison.Ordinal)
        || line.StartsWith("# HELP process_", StringComparison.Ordinal)
        || line.StartsWith("# TYPE process_", StringComparison.Ordinal);
}
