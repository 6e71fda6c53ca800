using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Doctor;

/// <summary>Who listens on a Unix socket: one connection, and what /proc says.</summary>
internal static class SocketProbe
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const string AcceptsConnections = "00010000"; // __SO_ACCEPTCON

    /// <exception cref="EdgeKmsException">PermissionDenied or SocketFailed: the socket can't be tried.</exception>
    internal static SocketState State(string path) => Connect(path).State;

    /// <summary>
    /// Processes that hold the listening socket of this path; empty where none can be seen. Processes of others are seen
    /// by root only, those of another network namespace by the connection alone.
    /// </summary>
    internal static IReadOnlyList<int> Holders(string path)
    {
        var found = ListeningProcesses(path);
        return found.Count == 0 && Connect(path).Pid is > 0 and var pid ? [pid] : found;
    }

    /// <summary>As <see cref="Holders"/>, without a connection: empty for one of another network namespace.</summary>
    internal static IReadOnlyList<int> ListeningProcesses(string path)
    {
        var names = Inodes(path).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? [] : [.. Processes().Where(pid => Holds(pid, names))];
    }

    /// <summary>The program's file name; null where it can't be seen.</summary>
    internal static string? Program(int pid)
    {
        try
        {
            var path = new FileInfo(Of(pid, "exe")).LinkTarget ?? File.ReadAllText(Of(pid, "comm")).Trim();
            // A program that an upgrade has replaced.
            const string replaced = " (deleted)";
            return Path.GetFileName(
                path.EndsWith(replaced, StringComparison.Ordinal) ? path[..^replaced.Length] : path
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (SocketState State, int Pid) Connect(string path)
    {
        if (FileStatus.Of(path) is not { } status)
            return (SocketState.Absent, 0);
        if (!status.IsSocket)
            return (SocketState.Occupied, 0);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.SendTimeout = 3_000; // a full queue would block the connect
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return (SocketState.Stale, 0);
        }
        catch (SocketException e)
        {
            throw new EdgeKmsException(
                e.SocketErrorCode == SocketError.AccessDenied ? ErrorCode.PermissionDenied : ErrorCode.SocketFailed,
                $"the socket {path} can't be tried: {e.Message}",
                e
            );
        }
        // SO_PEERCRED (man 7 unix): of the process that called listen.
        Span<byte> credentials = stackalloc byte[12];
        var known = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) == 12;
        return (SocketState.Listening, known ? MemoryMarshal.Read<int>(credentials) : 0);
    }

    /// <summary>Lines of /proc/net/unix: number, references, protocol, flags, type, state, inode, path.</summary>
    private static IEnumerable<string> Inodes(string path) =>
        File.ReadLines("/proc/net/unix")
            .Select(line => line.Split(' ', 8, StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f is [_, _, _, AcceptsConnections, _, _, _, var bound] && bound == path)
            .Select(f => f[6]);

    private static IEnumerable<int> Processes() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(d =>
                int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var p) ? p : 0
            )
            .Where(p => p > 0)
            .Order();

    private static bool Holds(int pid, HashSet<string> names)
    {
        try
        {
            return Directory
                .EnumerateFileSystemEntries(Of(pid, "fd"))
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && names.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it ended meanwhile, or is somebody else's
        }
    }

    private static string Of(int pid, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{name}");
}
