using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>The API server of this machine that reads a file.</summary>
public abstract record ApiServerSearch
{
    private ApiServerSearch() { }

    public sealed record Found(ApiServerProcess Process) : ApiServerSearch;

    /// <summary>None that runs here reads it.</summary>
    /// <param name="Reason">What runs instead, for people.</param>
    public sealed record None(string Reason) : ApiServerSearch;

    /// <summary>This user may not know.</summary>
    /// <param name="Reason">Why not.</param>
    public sealed record CannotTell(string Reason) : ApiServerSearch;

    /// <summary>
    /// Looks for the kube-apiserver whose <c>--encryption-provider-config</c> is the file: by its root the same inode, so that a pod may
    /// have it under another name. What wraps it (<c>sh -c</c>, <c>/go-runner</c>) is passed over. k3s runs it inside
    /// <c>k3s server</c>, whose flags can't be known: it is taken where no other fits.
    /// </summary>
    /// <param name="configurationFile">The file, by its absolute path on this machine.</param>
    /// <param name="proc"><c>/proc</c>.</param>
    public static ApiServerSearch Run(string configurationFile, string proc = "/proc")
    {
        var file = RootedPath.Resolve("", configurationFile).Status;
        var others = new List<string>();
        ApiServerSearch? second = null;
        ApiServerProcess? silent = null;
        foreach (var files in ProcessFiles.All(proc))
        {
            var words = files.Words();
            if (ApiServerProcess.IsK3s(words))
                silent ??= ApiServerProcess.OfK3s(files, IsSame(files, configurationFile, file));
            if (!ApiServerProcess.IsApiServer(words))
                continue;
            var flags = ApiServerFlags.Parse([.. words.Skip(1)]);
            var named = Named(files, flags);
            var isSame = named is null ? null : IsSame(files, named, file);
            if (isSame == true)
                return new Found(ApiServerProcess.Of(files, flags, named!, isSame));
            if (string.Equals(named, configurationFile, StringComparison.Ordinal))
                second ??= new Found(ApiServerProcess.Of(files, flags, named!, isSame));
            else if (flags.EncryptionConfig is not null && isSame is null)
            {
                second ??= new CannotTell(
                    $"which file {flags.EncryptionConfig} is for kube-apiserver (process {files.Pid}) only root may know: run the command with sudo"
                );
            }
            else if (named is not null || !ApiServerProcess.IsSibling(words))
                others.Add($"kube-apiserver (process {files.Pid}) reads {named ?? "no encryption configuration"}");
        }
        return second
            ?? (
                silent is not null ? new Found(silent)
                : others.Count > 0 ? new None($"{string.Join(", ", others)}, not {configurationFile}")
                // Mounted with hidepid, /proc shows nobody another user's processes, not even the first one.
                : new ProcessFiles(proc, 1).Words().Count == 0
                    ? new CannotTell("which processes run here only root may know: run the command with sudo")
                : new None("no kube-apiserver runs on this machine")
            );
    }

    /// <summary>Null where this user may not know.</summary>
    private static bool? IsSame(ProcessFiles files, string path, UnixStatus? file)
    {
        if (!files.MayPassRoot)
            return null;
        var seen = RootedPath.Resolve(files.Root, path);
        return seen.Status is { } status ? file is not null && status.IsSameFile(file)
            : seen.IsMissing ? false
            : null;
    }

    /// <summary>The flag's path, absolute for the process.</summary>
    private static string? Named(ProcessFiles files, ApiServerFlags flags) =>
        flags.EncryptionConfig is not { Length: > 0 } path ? null
        : path.StartsWith('/') ? path
        : files.Link("cwd") is { } directory ? Path.GetFullPath(path, directory)
        : null;
}
