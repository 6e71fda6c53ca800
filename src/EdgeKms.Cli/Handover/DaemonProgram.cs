using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Handover;

/// <summary>Where edgekmsd is: beside this program, else on PATH.</summary>
/// <param name="OwnPath">Path of this program, or null where it isn't known.</param>
/// <param name="SearchPath">Directories with a colon between.</param>
internal sealed record DaemonProgram(string? OwnPath, string SearchPath)
{
    public const string Name = "edgekmsd";

    public static DaemonProgram OfProcess() =>
        new(Environment.ProcessPath, Environment.GetEnvironmentVariable("PATH") ?? "");

    /// <summary>Absolute path of edgekmsd.</summary>
    /// <exception cref="CommandException">Exit code 11: there is none.</exception>
    public string Path() =>
        Find()
        ?? throw new CommandException(
            ExitCode.Unreachable,
            $"{Name} was not found, neither beside edgekms nor on PATH",
            $"install {Name} into the directory of edgekms"
        );

    /// <summary>Absolute path of edgekmsd, or null.</summary>
    public string? Find() =>
        Directories().Select(directory => System.IO.Path.Combine(directory, Name)).FirstOrDefault(IsProgram);

    private IEnumerable<string> Directories()
    {
        if (OwnPath is not null)
        {
            // /usr/bin/edgekms may be a link into the directory where both programs are.
            var target = File.Exists(OwnPath) ? File.ResolveLinkTarget(OwnPath, returnFinalTarget: true) : null;
            yield return System.IO.Path.GetDirectoryName(target?.FullName ?? OwnPath)!;
        }
        // A relative entry would run whatever lies in the current directory, and this runs as root.
        foreach (var entry in SearchPath.Split(':').Where(System.IO.Path.IsPathRooted))
            yield return entry;
    }

    private static bool IsProgram(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return File.Exists(path) && (File.GetUnixFileMode(path) & Execute) != UnixFileMode.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
