using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeKms.Cli.Tests.Handover;

/// <summary>The built program, started as a person starts it.</summary>
internal static class InstalledProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "edgekms");

    /// <summary>Where the runtime of the tests is, three levels above its own libraries.</summary>
    public static string DotnetRoot { get; } =
        System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>The program with its libraries in another folder, for every user; its path there.</summary>
    public static string CopyTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            var name = System.IO.Path.GetFileName(file);
            if (
                name != "edgekms"
                && !name.EndsWith(".dll", StringComparison.Ordinal)
                && !name.StartsWith("edgekms.", StringComparison.Ordinal)
            )
                continue;
            var copy = System.IO.Path.Combine(folder, name);
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, (UnixFileMode)0b111_101_101);
        }
        return System.IO.Path.Combine(folder, "edgekms");
    }

    public static Process Start(string searchPath, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = searchPath + ":/usr/bin:/bin";
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        return Process.Start(start)!;
    }
}
