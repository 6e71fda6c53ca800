namespace EdgeKms.EndToEnd.Tests.Access;

/// <summary>The sockets of a process, by the kernel's tables (man 5 proc).</summary>
internal static class OpenSockets
{
    private static readonly string[] NetworkTables = ["tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet", "netlink"];

    /// <summary>TCP, UDP, raw, packet and netlink sockets of the process, each as its line in the table.</summary>
    internal static IReadOnlyList<string> Network(int pid) => [.. NetworkTables.SelectMany(t => Of(pid, t))];

    internal static IReadOnlyList<string> Unix(int pid) => Of(pid, "unix");

    private static List<string> Of(int pid, string table)
    {
        var inodes = Directory
            .GetFiles($"/proc/{pid}/fd")
            .Select(f => new FileInfo(f).LinkTarget ?? "")
            .Where(t => t.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(t => t["socket:[".Length..^1])
            .ToHashSet(StringComparer.Ordinal);
        var path = $"/proc/{pid}/net/{table}";
        if (!File.Exists(path))
            return [];
        return
        [
            .. File.ReadLines(path)
                .Skip(1)
                .Where(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(inodes.Contains)),
        ];
    }
}
