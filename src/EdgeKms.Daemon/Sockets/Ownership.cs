using System.Globalization;
using System.Runtime.InteropServices;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Sockets;

/// <summary>Users and groups by name, and the group of a path.</summary>
internal static partial class Ownership
{
    /// <summary>The id of a group, by number or by its line in /etc/group.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.SocketFailed"/>: no such group.</exception>
    internal static uint GroupId(string nameOrId) =>
        TryGroupId(nameOrId) ?? throw new EdgeKmsException(ErrorCode.SocketFailed, $"there is no group {nameOrId}");

    /// <summary>As <see cref="GroupId"/>; null where there is no such group.</summary>
    internal static uint? TryGroupId(string nameOrId) => Find("/etc/group", nameOrId);

    /// <summary>The id of a user, by number or by its line in /etc/passwd; null where there is no such user.</summary>
    internal static uint? TryUserId(string nameOrId) => Find("/etc/passwd", nameOrId);

    /// <summary>Both files have the name in the first field and the id in the third (man 5 passwd, man 5 group).</summary>
    private static uint? Find(string file, string nameOrId)
    {
        if (uint.TryParse(nameOrId, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return id;
        if (nameOrId.Length == 0 || !File.Exists(file))
            return null;
        foreach (var line in File.ReadLines(file))
        {
            var fields = line.Split(':');
            if (fields.Length >= 4 && string.Equals(fields[0], nameOrId, StringComparison.Ordinal))
                return uint.Parse(fields[2], CultureInfo.InvariantCulture);
        }
        return null;
    }

    /// <summary>The process's own group.</summary>
    internal static uint OwnGroup => getegid();

    /// <summary>Gives a path that this process has made to a group; its own is the one that it has.</summary>
    internal static void SetGroup(string path, uint group)
    {
        // Not even asked for: a sandbox may forbid the call itself.
        if (group != OwnGroup && lchown(path, uint.MaxValue, group) != 0)
            throw new EdgeKmsException(ErrorCode.SocketFailed, $"{path} can't be given to group {group}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int lchown(string path, uint user, uint group);

    [LibraryImport("libc")]
    private static partial uint getegid();
}
