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
