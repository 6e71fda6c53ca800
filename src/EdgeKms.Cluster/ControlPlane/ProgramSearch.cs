using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>Where the control plane's programs are looked for.</summary>
/// <param name="Directory">The only directory that counts (<c>--bin-dir</c>); null takes the search path.</param>
/// <param name="SearchPath">Directories with a colon between; relative ones don't count, since this runs as root.</param>
public sealed record ProgramSearch(string? Directory, string SearchPath)
{
    private const UnixFileMode Execute =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Absolute path of the first of these programs that is there; a name goes before a directory.</summary>
    /// <exception cref="CommandException">Exit code 2: none of them is.</exception>
    public string Find(params IReadOnlyList<string> names)
    {
        List<string> directories = Directory is not null
            ? [Path.GetFullPath(Directory)]
            : [.. SearchPath.Split(':').Where(Path.IsPathRooted)];
        foreach (var name in names)
        {
            foreach (var directory in directories)
            {
                if (IsProgram(Path.Combine(directory, name)))
                    return Path.Combine(directory, name);
            }
        }
        throw new CommandException(
            ExitCode.Usage,
            $"{names[0]} was not found {(Directory is null ? "on PATH" : "in " + directories[0])}",
            Directory is null
                ? "install it, or name its directory with --bin-dir"
                : "name the directory that holds etcd and kube-apiserver with --bin-dir"
        );
    }

    private static bool IsProgram(string path)
    {
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
