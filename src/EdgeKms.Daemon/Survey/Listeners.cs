using EdgeKms.Daemon.Doctor;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Survey;

/// <summary>Who listens on a socket, without a connection: one would wake what systemd starts on demand.</summary>
internal static class Listeners
{
    /// <summary>True where a process other than the service manager listens there. Processes of others are seen by root only.</summary>
    internal static bool Has(string path) =>
        // The kernel's list has the paths of every mount namespace: without a socket here, that one is another machine's root.
        FileStatus.Of(path)
            is { IsSocket: true }
        && SocketProbe.ListeningProcesses(path).Any(pid => SocketProbe.Program(pid) is not ("systemd" or "init"));
}
