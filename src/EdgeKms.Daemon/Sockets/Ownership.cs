using System.Globalization;
using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Sockets;

/// <summary>Groups by name, and the group of a path.</summary>
internal static partial class Ownership
{
    /// <summary>The id of a group, by number or by its line in /etc/group.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.SocketFailed"/>: no such group.</exception>
    internal static uint GroupId(string nameOrId)
    {
        if (uint.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return id;
        foreach (var line in File.ReadLines("/etc/group"))
        {
            var fields = line.Split(':');
            if (fields.Length == 4 && string.Equals(fields[0], nameOrId, StringComparison.Ordinal))
                return uint.Parse(fields[2], CultureInfo.InvariantCulture);
        }
        throw new EdgeKmsException(ErrorCode.SocketFailed, $"there is no group {nameOrId}");
    }

    internal static void SetGroup(string path, uint group)
    {
        if (lchown(path, uint.MaxValue, group) != 0)
            throw new EdgeKmsException(ErrorCode.SocketFailed, $"{path} can't be given to group {group}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint user, uint group);
}
