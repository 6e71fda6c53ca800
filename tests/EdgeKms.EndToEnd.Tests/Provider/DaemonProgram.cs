namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>Where the edgekmsd under test is.</summary>
internal static class DaemonProgram
{
    /// <summary>In EDGEKMS_BIN, else what was published, else what was built.</summary>
    internal static string Path { get; } = Find();

    /// <summary>True for the published program; the JIT build has the runtime's own files beside it.</summary>
    internal static bool IsNative =>
        !File.Exists(System.IO.Path.ChangeExtension(Path, ".dll")) && !File.Exists(Path + ".dll");

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("EDGEKMS_BIN") is { Length: > 0 } folder)
        {
            var named = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, "edgekmsd"));
            return File.Exists(named)
                ? named
                : throw new FileNotFoundException($"EDGEKMS_BIN has no edgekmsd: {named}");
        }
        var artifacts = System.IO.Path.Combine(Root(), "artifacts");
        return Newest(System.IO.Path.Combine(artifacts, "publish"))
            ?? Newest(System.IO.Path.Combine(artifacts, "bin", "EdgeKms.Daemon"))
            ?? throw new FileNotFoundException(
                "no edgekmsd: publish src/EdgeKms.Daemon into artifacts/publish, or set EDGEKMS_BIN"
            );
    }

    private static string? Newest(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "edgekmsd", SearchOption.AllDirectories)
                .OrderByDescending(File.GetLastWriteTimeUtc)
                .FirstOrDefault()
            : null;

    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "EdgeKms.slnx")))
                return at.FullName;
        }
        throw new DirectoryNotFoundException("the tests don't lie in the project");
    }
}
