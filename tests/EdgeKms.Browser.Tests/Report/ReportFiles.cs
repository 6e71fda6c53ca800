using EdgeKms.Cli.Report;
using EdgeKms.Cli.Report.Html;
using EdgeKms.Cli.Tests.Report;

namespace EdgeKms.Browser.Tests.Report;

/// <summary>The sample reports as pages on disk, and a place for pictures that people look at.</summary>
internal sealed class ReportFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ek-report-");

    /// <summary>Where screenshots go; null where nobody asks for them.</summary>
    internal static string? Pictures { get; } = Environment.GetEnvironmentVariable("EDGEKMS_SCREENSHOTS");

    internal string Write(string sample) => Write(sample, Samples.All[sample]());

    internal string Write(string name, KmsReport report)
    {
        var path = Path.Combine(_directory.FullName, name + ".html");
        File.WriteAllText(path, ReportPage.Write(report));
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
