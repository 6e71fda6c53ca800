using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Sockets;

/// <summary>
/// Plays the service manager: holds the two listeners and hands them to each daemon that it starts (man 3 sd_listen_fds).
/// </summary>
internal sealed partial class Descriptors : IDisposable
{
    private const int SetFlags = 2; // F_SETFD

    private readonly Socket _kms;
    private readonly Socket _admin;

    internal Descriptors(ProviderHome home)
    {
        Directory.CreateDirectory(
            home.At("run"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        _kms = Listen(home.KmsSocket);
        _admin = Listen(home.AdminSocket);
    }

    /// <summary>Starts the daemon with the listeners as descriptors 3 and 4; the admin socket first, so the names count.</summary>
    internal async Task Serve(ProviderHome home)
    {
        var (kms, admin) = ((int)_kms.Handle, (int)_admin.Handle);
        Inherit(kms, true);
        Inherit(admin, true);
        try
        {
            home.Start(
                "/bin/bash",
                [
                    "-c",
                    $"exec 3<&{admin} 4<&{kms} {kms}<&- {admin}<&-; LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=admin:kms exec \"$0\" \"$@\"",
                    DaemonProgram.Path,
                    "serve",
                    .. home.Settings,
                ]
            );
        }
        finally
        {
            Inherit(kms, false);
            Inherit(admin, false);
        }
        await home.Listening();
    }

    public void Dispose()
    {
        _kms.Dispose();
        _admin.Dispose();
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        socket.Listen(128);
        return socket;
    }

    private static void Inherit(int descriptor, bool inherit) =>
        Assert.Equal(0, fcntl(descriptor, SetFlags, inherit ? 0 : 1)); // FD_CLOEXEC

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);
}
