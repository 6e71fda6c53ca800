using System.Text.Json;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Report;

/// <summary>What <c>edgekms scan -o json</c> printed, kept in a file.</summary>
internal static class KeptScan
{
    /// <exception cref="CommandException">Exit code 2: it is no such report; 8 or 9: it can't be read.</exception>
    internal static ScanReport Read(string path)
    {
        try
        {
            var report = JsonSerializer.Deserialize(CappedFile.Read(path), ScanJson.Default.ScanReport);
            if (report is { Format: ScanReport.CurrentFormat })
                return report;
        }
        catch (JsonException)
        {
            // Said below: where in the JSON it is helps nobody who meant another file.
        }
        throw new CommandException(
            ExitCode.Usage,
            $"{path} is not a report of edgekms scan",
            $"name a file of \"edgekms scan -o json\" (format {ScanReport.CurrentFormat})"
        );
    }
}
