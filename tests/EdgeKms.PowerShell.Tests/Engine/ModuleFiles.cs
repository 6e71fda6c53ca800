namespace EdgeKms.PowerShell.Tests.Engine;

/// <summary>The files of the module in this working tree.</summary>
internal static class ModuleFiles
{
    internal static string Root { get; } = Find();

    internal static string Folder { get; } = Path.Combine(Root, "powershell", "AKSEdge");

    internal static string Manifest { get; } = Path.Combine(Folder, "AKSEdge.psd1");

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "EdgeKms.slnx")))
                return at.FullName;
        }
        throw new DirectoryNotFoundException("no EdgeKms.slnx above the tests");
    }
}
