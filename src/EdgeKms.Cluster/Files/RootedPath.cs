namespace EdgeKms.Cluster.Files;

/// <summary>
/// A path as a process with another root sees it. Component by component, since the kernel would follow a link to an
/// absolute path (<c>/var/run</c> to <c>/run</c>) to this process' own root.
/// </summary>
/// <param name="Status">What it is; null where it isn't there or may not be asked.</param>
/// <param name="Directories">The directories that are passed, with their paths as the process sees them.</param>
/// <param name="End">The path without links, or the part of it that isn't there, as the process sees it.</param>
/// <param name="Error">0, or errno of the part that isn't there.</param>
internal sealed record RootedPath(
    UnixStatus? Status,
    IReadOnlyList<(string Path, UnixStatus Status)> Directories,
    string End,
    int Error
)
{
    private const int MaxLinks = 40; // as the kernel (man 7 path_resolution)
    private const int TooManyLinks = 40; // ELOOP

    /// <summary>True where it, or a part of it, isn't there; false also where it may not be asked.</summary>
    internal bool IsMissing => Error is UnixStatus.NoSuchFile or UnixStatus.NotADirectory;

    /// <param name="root">Root of the process: <c>/proc/PID/root</c>, or empty for this process' own.</param>
    /// <param name="path">Absolute path.</param>
    internal static RootedPath Resolve(string root, string path)
    {
        var left = new Stack<string>(Parts(path));
        var passed = new List<string>();
        var directories = new List<(string, UnixStatus)>();
        var links = 0;
        while (true)
        {
            var at = "/" + string.Join('/', passed);
            // With the slash the kernel follows /proc/PID/root itself.
            var status = UnixStatus.Of(root + at, out var error);
            if (status is null)
                return new RootedPath(null, directories, at, error);
            if (status.IsLink)
            {
                if (++links > MaxLinks || new FileInfo(root + at).LinkTarget is not { } target)
                    return new RootedPath(null, directories, at, TooManyLinks);
                passed.RemoveAt(passed.Count - 1);
                if (target.StartsWith('/'))
                    passed.Clear();
                foreach (var part in Parts(target))
                    left.Push(part);
                continue;
            }
            if (left.Count == 0)
                return new RootedPath(status, directories, at, 0);
            if (!status.IsDirectory)
                return new RootedPath(null, directories, at, UnixStatus.NotADirectory);
            directories.Add((at, status));
            if (left.Pop() is var next && next != "..")
                passed.Add(next);
            else if (passed.Count > 0) // ".." of the root is the root
                passed.RemoveAt(passed.Count - 1);
        }
    }

    /// <summary>The last one first.</summary>
    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").Reverse();
}
