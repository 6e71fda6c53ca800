using System.Globalization;
using System.Text;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>One process below <c>/proc</c> (man 5 proc). A process that ends meanwhile has nothing more to say.</summary>
/// <param name="Proc"><c>/proc</c>, or a tree that looks like it.</param>
/// <param name="Pid">Process id.</param>
internal sealed record ProcessFiles(string Proc, int Pid)
{
    private const int MaxBytes = 2 * 1024 * 1024; // ARG_MAX of Linux' default stack limit
    private const int StartField = 19; // of the fields of stat after the name
    private const double TicksPerSecond = 100; // USER_HZ, on every architecture

    internal static IEnumerable<ProcessFiles> All(string proc) =>
        Directory
            .EnumerateDirectories(proc)
            .Select(Path.GetFileName)
            .Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(n => new ProcessFiles(proc, int.Parse(n!, CultureInfo.InvariantCulture)))
            .OrderBy(p => p.Pid);

    /// <summary>Its root, which only root or the same user may pass.</summary>
    internal string Root => this["root"];

    internal bool MayPassRoot => Link("root") is not null;

    /// <summary>The words of its command line; empty for a kernel thread or one that has ended.</summary>
    internal IReadOnlyList<string> Words() =>
        // A process that wrote a title of its own over its words leaves what it didn't need as zeros.
        Text("cmdline") is { Length: > 0 } text
            ? text.TrimEnd('\0').Split('\0')
            : [];

    internal ProcessRights? Rights() => Text("status") is { } status ? ProcessRights.Parse(status) : null;

    /// <summary>When it started, up to 1 s early (the boot time is truncated).</summary>
    internal DateTimeOffset? Started()
    {
        // The name stands in parentheses and may hold anything, so the last one counts.
        var fields =
            Text("stat") is { } stat && stat.LastIndexOf(')') is >= 0 and var end
                ? stat[(end + 1)..].Trim().Split(' ')
                : [];
        var boot = Read(Path.Combine(Proc, "stat"))
            ?.Split('\n')
            .FirstOrDefault(l => l.StartsWith("btime ", StringComparison.Ordinal));
        return
            fields.Length > StartField
            && long.TryParse(fields[StartField], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && long.TryParse(boot?["btime ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).AddSeconds(ticks / TicksPerSecond)
            : null;
    }

    /// <summary>Target of one of its links, such as <c>cwd</c> or <c>ns/mnt</c>; null where this user may not know.</summary>
    internal string? Link(string name)
    {
        try
        {
            return new FileInfo(this[name]).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where file systems are mounted for it; null where this user may not know.</summary>
    internal IReadOnlyList<string>? MountPoints() =>
        Text("mountinfo") is { } text
            ? [.. text.Split('\n').Select(l => l.Split(' ')).Where(f => f.Length > 4).Select(f => Unescaped(f[4]))]
            : null;

    private string this[string name] => Path.Combine(Proc, Pid.ToString(CultureInfo.InvariantCulture), name);

    private string? Text(string name) => Read(this[name]);

    private static string? Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var text = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int length; text.Length < MaxBytes && (length = stream.Read(buffer)) > 0; )
                text.Write(buffer, 0, length);
            return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Space, tab, line feed and backslash are written as octal numbers.</summary>
    private static string Unescaped(string field) =>
        field
            .Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);
}
