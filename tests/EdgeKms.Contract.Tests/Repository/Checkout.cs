using System.Runtime.CompilerServices;

namespace EdgeKms.Contract.Tests.Repository;

/// <summary>The working tree that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string File(string path) => Path.Combine(Root, path);

    private static string FindRoot([CallerFilePath] string source = "")
    {
        // Deterministic builds in CI map the source path; the build output lies in the tree as well.
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(source) ?? "" })
        {
            for (var directory = start; directory.Length > 0; directory = Path.GetDirectoryName(directory) ?? "")
            {
                if (System.IO.File.Exists(Path.Combine(directory, "EdgeKms.slnx")))
                    return directory;
            }
        }
        throw new DirectoryNotFoundException("no EdgeKms.slnx above the tests");
    }
}
