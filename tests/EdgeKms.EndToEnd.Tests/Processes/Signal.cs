using System.Runtime.InteropServices;

namespace EdgeKms.EndToEnd.Tests.Processes;

/// <summary>Signals to processes that the tests started, by their id.</summary>
internal static partial class Signal
{
    internal const int Interrupt = 2;
    internal const int Kill = 9;
    internal const int Terminate = 15;
    internal const int Stop = 19;

    internal static void Send(int pid, int signal)
    {
        if (kill(pid, signal) != 0)
            throw new InvalidOperationException($"signal {signal} can't be sent to process {pid}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
