using System.Globalization;
using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>Who a process is for the file system (man 7 path_resolution, man 7 capabilities). Access lists are not looked at.</summary>
/// <param name="Uid">User by which files are judged.</param>
/// <param name="Gid">Its group.</param>
/// <param name="Groups">Its other groups.</param>
/// <param name="PassesModes">True where it has CAP_DAC_OVERRIDE, so that no mode stops it.</param>
public sealed record ProcessRights(uint Uid, uint Gid, IReadOnlyList<uint> Groups, bool PassesModes)
{
    private const int Override = 1; // CAP_DAC_OVERRIDE
    private const int FileSystemId = 3; // real, effective, saved, file system

    /// <summary>Reads <c>/proc/PID/status</c>; null where it is none.</summary>
    internal static ProcessRights? Parse(string status)
    {
        var lines = status
            .Split('\n')
            .Select(l => l.Split(':', 2))
            .Where(l => l.Length == 2)
            .DistinctBy(l => l[0], StringComparer.Ordinal)
            .ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
        if (Numbers("Uid") is not { Count: 4 } uids || Numbers("Gid") is not { Count: 4 } gids)
            return null;
        var passes = lines.TryGetValue("CapEff", out var hex)
            ? ulong.TryParse(hex.Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set)
                && (set & (1UL << Override)) != 0
            : uids[FileSystemId] == 0;
        return new ProcessRights(uids[FileSystemId], gids[FileSystemId], Numbers("Groups") ?? [], passes);

        List<uint>? Numbers(string name)
        {
            if (!lines.TryGetValue(name, out var text))
                return null;
            var words = text.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries);
            return
            [
                .. words.Select(w =>
                    uint.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : uint.MaxValue
                ),
            ];
        }
    }

    /// <summary>May go through a directory.</summary>
    internal bool MayPass(UnixStatus directory) => May(directory, 1);

    /// <summary>May connect to a socket (man 7 unix: that is to write it).</summary>
    internal bool MayConnect(UnixStatus socket) => May(socket, 2);

    /// <summary>The owner is judged by the owner's bits alone, a member of the group by the group's.</summary>
    private bool May(UnixStatus file, int bit)
    {
        var shift =
            file.Uid == Uid ? 6
            : file.Gid == Gid || Groups.Contains(file.Gid) ? 3
            : 0;
        return PassesModes || ((file.Mode >> shift) & bit) != 0;
    }
}
