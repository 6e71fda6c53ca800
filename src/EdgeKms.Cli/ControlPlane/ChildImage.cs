using System.ComponentModel;
using System.Runtime.InteropServices;
using EdgeKms.Cli.Handover;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.ControlPlane;

/// <summary>
/// Turns this process into a child of the control plane: a session of its own (setsid(2)), SIGTERM when the parent is gone
/// (PR_SET_PDEATHSIG of prctl(2), which execv(2) keeps), and the log as standard output and error. .NET can do none of it for a
/// process that it starts.
/// </summary>
internal static partial class ChildImage
{
    private const int DeathSignal = 1; // PR_SET_PDEATHSIG
    private const nuint Terminate = 15;
    private const int WriteOnly = 0x1;
    private const int Append = 0x400; // the same on x86-64 and arm64

    /// <summary>Doesn't return.</summary>
    /// <param name="parent">Process id of <c>edgekms up</c>.</param>
    /// <param name="log">Path of the log, which is there already.</param>
    /// <param name="program">Absolute path.</param>
    /// <param name="arguments">Its arguments, without the program's own name.</param>
    /// <exception cref="CommandException">Exit code 8: the system refused; 1: the parent has gone.</exception>
    public static CommandException Become(int parent, string log, string program, IEnumerable<string> arguments)
    {
        if (Setsid() < 0 || Prctl(DeathSignal, Terminate, 0, 0, 0) != 0)
            return Refused(program);
        // It may have gone before the kernel was asked.
        if (Getppid() != parent)
            return new CommandException(ExitCode.Failed, "\"edgekms up\" has gone", "start it again");
        var file = Open(log, WriteOnly | Append);
        if (file < 0 || Dup2(file, 1) < 0 || Dup2(file, 2) < 0 || Close(file) != 0)
            return Refused(log);
        return ProcessImage.Replace(program, arguments);
    }

    private static CommandException Refused(string what) =>
        new(
            ExitCode.Io,
            $"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}",
            "see the state directory of \"edgekms up\""
        );

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Setsid();

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Getppid();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Dup2(int from, int to);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
