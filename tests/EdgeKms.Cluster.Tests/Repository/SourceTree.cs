namespace EdgeKms.Cluster.Tests.Repository;

/// <summary>Files of the project that the tests read.</summary>
internal static class SourceTree
{
    internal static string At(string path)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "EdgeKms.slnx")))
                return Path.Combine(at.FullName, path);
        }
        throw new DirectoryNotFoundException("the tests don't lie in the project");
    }
}
