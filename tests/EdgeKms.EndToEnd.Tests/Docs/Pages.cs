namespace EdgeKms.EndToEnd.Tests.Docs;

/// <summary>The project's pages.</summary>
internal static class Pages
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "EdgeKms.slnx")))
                return at.FullName;
        }
        throw new DirectoryNotFoundException("the tests don't lie in the project");
    }
}
