using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.PowerShell.Tests.Engine;

namespace EdgeKms.PowerShell.Tests.Programs;

/// <summary>Where edgekms and edgekmsd are: in EDGEKMS_BIN, else published, else built.</summary>
internal static class RealPrograms
{
    internal static string EdgeKms { get; } = Find();

    internal static IReadOnlyList<string> Folders { get; } =
    [Path.GetDirectoryName(EdgeKms)!, Path.GetDirectoryName(DaemonProgram.Path)!];

    /// <summary>Skips the test where the help of a command doesn't have a word yet.</summary>
    internal static async Task Require(string word, params string[] command)
    {
        var help = await RunningProcess.Run(EdgeKms, [.. command, "--help"]);
        Assert.SkipUnless(
            help.Output.Contains(word, StringComparison.Ordinal),
            $"edgekms {string.Join(' ', command)} has no {word}"
        );
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("EDGEKMS_BIN") is { Length: > 0 } folder)
            return Path.GetFullPath(Path.Combine(folder, "edgekms"));
        var artifacts = Path.Combine(ModuleFiles.Root, "artifacts");
        return new[] { Path.Combine(artifacts, "publish"), Path.Combine(artifacts, "bin", "EdgeKms.Cli") }
                .Where(Directory.Exists)
                .SelectMany(d =>
                    Directory
                        .EnumerateFiles(d, "edgekms", SearchOption.AllDirectories)
                        .OrderByDescending(File.GetLastWriteTimeUtc)
                )
                .FirstOrDefault()
            ?? throw new FileNotFoundException(
                "no edgekms: publish src/EdgeKms.Cli into artifacts/publish, or set EDGEKMS_BIN"
            );
    }
}
