using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;

namespace EdgeKms.Daemon.Sockets;

/// <summary>
/// Sockets that systemd holds open (man 3 sd_listen_fds): LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES. The names are
/// <c>kms</c> and <c>admin</c> (FileDescriptorName= of the socket unit); a single socket without a name is <c>kms</c>.
/// </summary>
internal static class SocketActivation
{
    private const int FirstDescriptor = 3;

    /// <summary>The inherited listeners by name; empty when systemd gave none to this process.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "the socket owns the handle, Kestrel the socket")]
    internal static IReadOnlyDictionary<string, Socket> Take(Func<string, string?> environment, int pid)
    {
        var sockets = new Dictionary<string, Socket>(StringComparer.Ordinal);
        if (
            !int.TryParse(environment("LISTEN_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var forPid)
            || forPid != pid
            || !int.TryParse(environment("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > 2
        )
        {
            return sockets;
        }
        var names = environment("LISTEN_FDNAMES")?.Split(':') ?? [];
        for (var i = 0; i < count; i++)
        {
            var name =
                i < names.Length && names[i] is "kms" or "admin" ? names[i]
                : i == 0 ? "kms"
                : "admin";
            if (!sockets.ContainsKey(name))
                sockets[name] = new Socket(new SafeSocketHandle(FirstDescriptor + i, ownsHandle: true));
        }
        return sockets;
    }
}
