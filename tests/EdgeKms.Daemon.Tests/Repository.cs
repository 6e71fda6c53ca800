namespace EdgeKms.Daemon.Tests;

/// <summary>The checkout that the tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "EdgeKms.slnx")) ? folder : Find(Path.GetDirectoryName(folder)!);
}
