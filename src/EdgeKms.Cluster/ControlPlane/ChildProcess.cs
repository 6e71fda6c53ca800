using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeKms.Cluster.ControlPlane.Children;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>
/// One process of the control plane. It is started through <c>edgekms run-child</c>, which becomes the program (execv) after
/// it left the terminal's session (so Ctrl-C reaches nobody but <c>edgekms up</c>), opened the log, and asked the kernel to
/// end it with its parent. No shell, no pipes that would break when <c>edgekms up</c> is killed.
/// </summary>
internal sealed partial class ChildProcess : IDisposable
{
    /// <summary>The command of edgekms that becomes the child; not for people.</summary>
    internal const string Launch = "run-child";

    private const int Terminate = 15;

    private readonly Process _process;

    private ChildProcess(Process process, ProcessIdentity? identity) => (_process, Identity) = (process, identity);

    /// <summary>Null where it has ended already.</summary>
    internal ProcessIdentity? Identity { get; }

    internal int Pid => _process.Id;

    /// <summary>After the end: as a shell tells it, 128 and the signal for one that was killed.</summary>
    internal int ExitCode => _process.ExitCode;

    /// <summary>Starts a program whose output is appended to its log.</summary>
    /// <exception cref="CommandException">Exit code 8: the system refused.</exception>
    internal static ChildProcess Start(string launcher, ChildSpec child, string log)
    {
        var parent = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            launcher,
            [Launch, $"--parent={parent}", $"--log={log}", "--", child.Program, .. child.Arguments]
        )
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        // etcd takes every flag from ETCD_* as well, and a notice of readiness is ours to send.
        foreach (var name in start.Environment.Keys.Where(IsForOthers).ToList())
            start.Environment.Remove(name);
        try
        {
#pragma warning disable RS0030 // The one place of the control plane: programs of --bin-dir or PATH, absolute, without a shell.
            var process = Process.Start(start)!;
#pragma warning restore RS0030
            process.StandardInput.Close();
            return new ChildProcess(process, ProcessIdentity.Of(process.Id));
        }
        catch (Win32Exception e)
        {
            throw new CommandException(
                Contract.Failures.ExitCode.Io,
                $"{child.Name} can't be started: {e.Message}",
                "check that it is a program for this machine and that you may run it",
                e
            );
        }
    }

    internal Task ExitedAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <summary>SIGTERM, and SIGKILL for one that is still there after <paramref name="patience"/>.</summary>
    /// <returns>False when it had to be killed.</returns>
    internal async Task<bool> StopAsync(TimeSpan patience, TimeProvider time)
    {
        if (!_process.HasExited)
            Signal(_process.Id, Terminate);
        using var limit = new CancellationTokenSource(patience, time);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            return false;
        }
    }

    public void Dispose() => _process.Dispose();

    /// <summary>kill(2); a process that has ended meanwhile is no error.</summary>
    internal static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    private static bool IsForOthers(string name) =>
        name.StartsWith("ETCD_", StringComparison.Ordinal)
        || name is "NOTIFY_SOCKET" or "LISTEN_PID" or "LISTEN_FDS" or "LISTEN_FDNAMES" or "WATCHDOG_USEC";

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
