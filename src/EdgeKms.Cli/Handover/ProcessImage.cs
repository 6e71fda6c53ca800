using System.ComponentModel;
using System.Runtime.InteropServices;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Handover;

/// <summary>
/// Replaces this process by another program (execv(2), POSIX.1-2017): terminal, process id, signals and exit code are
/// then the other's own, so a passphrase never passes through edgekms.
/// </summary>
internal static partial class ProcessImage
{
    /// <summary>Doesn't return. The environment goes along unchanged.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments, without the program's own name.</param>
    /// <exception cref="CommandException">Exit code 8: the system refused.</exception>
    public static CommandException Replace(string path, IEnumerable<string> arguments)
    {
        // The list ends with a null pointer. Nothing is freed: either the process image goes, or the process ends.
        nint[] list = [.. arguments.Prepend(path).Select(Marshal.StringToCoTaskMemUTF8), 0];
        _ = Execv(path, list);
        var reason = new Win32Exception(Marshal.GetLastPInvokeError()).Message;
        return new CommandException(
            ExitCode.Io,
            $"{path} can't be started: {reason}",
            "check that it is a program for this machine and that you may run it"
        );
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Execv(string path, [In] nint[] arguments);
}
