using System.Net.Sockets;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Sockets;

/// <summary>
/// Makes a listening Unix socket by the rules: its directory belongs to the daemon's user (or root) and is writable by
/// nobody else; a stale socket is removed only if it is a socket and refuses connections; the mode is set between bind
/// and listen, so nobody can connect before.
/// </summary>
internal static class BoundSocket
{
    private const uint WritableByOthers = 0x12; // 022

    /// <summary>A bound socket, not yet listening.</summary>
    /// <param name="path">At most 107 bytes.</param>
    /// <param name="group">Group id for mode 0660; null for 0600.</param>
    /// <param name="open">True: everybody may look for a name in the directory, if it has to be made (0711).</param>
    /// <exception cref="EdgeKmsException">SocketOccupied, SocketInUse or SocketFailed.</exception>
    internal static Socket Bind(string path, uint? group, bool open = false)
    {
        CheckDirectory(Path.GetDirectoryName(path)!, group, open);
        RemoveStale(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (group is { } id)
                Ownership.SetGroup(path, id);
            File.SetUnixFileMode(
                path,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | (group is null ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.GroupWrite)
            );
            return socket;
        }
        catch (Exception e)
        {
            // Now and not when it is collected: .NET removes the file by its name then, and another socket may have taken that.
            socket.Dispose();
            if (e is not (SocketException or IOException or UnauthorizedAccessException))
                throw;
            throw new EdgeKmsException(ErrorCode.SocketFailed, $"the socket {path} can't be made: {e.Message}", e);
        }
    }

    private static void CheckDirectory(string directory, uint? group, bool open)
    {
        if (FileStatus.Of(directory) is not { } status)
        {
            // /run is empty after a boot; systemd's RuntimeDirectory= makes this one, a start by hand does not.
            MakeDirectory(directory, group, open);
            return;
        }
        if (!status.IsDirectory)
            throw new EdgeKmsException(ErrorCode.SocketFailed, $"{directory} is not a directory");
        if (status.User != 0 && status.User != FileStatus.OwnUser)
            throw new EdgeKmsException(ErrorCode.SocketFailed, $"{directory} belongs to user {status.User}");
        if ((status.Mode & WritableByOthers) != 0)
            throw new EdgeKmsException(ErrorCode.SocketFailed, $"{directory} is writable by others than its owner");
    }

    private static void MakeDirectory(string directory, uint? group, bool open)
    {
        try
        {
            Directory.CreateDirectory(
                directory,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.UserExecute
                    | (group is null ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.GroupExecute)
                    | (open ? UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : UnixFileMode.None)
            );
            if (group is { } id)
                Ownership.SetGroup(directory, id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EdgeKmsException(
                ErrorCode.SocketFailed,
                $"the directory {directory} can't be made: {e.Message}",
                e
            );
        }
    }

    /// <summary>True for a socket that nobody listens on: a dead process left it.</summary>
    internal static bool IsStale(string path)
    {
        if (FileStatus.Of(path) is not { IsSocket: true })
            return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
        catch (SocketException e)
        {
            throw new EdgeKmsException(ErrorCode.SocketFailed, $"the socket {path} can't be tried: {e.Message}", e);
        }
    }

    private static void RemoveStale(string path)
    {
        if (FileStatus.Of(path) is not { } status)
            return;
        if (!status.IsSocket)
            throw new EdgeKmsException(ErrorCode.SocketOccupied, $"{path} exists and is not a socket");
        if (!IsStale(path))
            throw new EdgeKmsException(ErrorCode.SocketInUse, $"another process listens on {path}");
        File.Delete(path);
    }
}
