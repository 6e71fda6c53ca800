using System.Globalization;

namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>
/// One process for as long as the machine exists: a process id alone is used again after its process has ended, and after
/// a boot all are.
/// </summary>
/// <param name="Pid">Process id.</param>
/// <param name="Started">Clock ticks from the boot to its start (field 22 of /proc/PID/stat, man 5 proc).</param>
/// <param name="Boot">Id of the boot.</param>
internal sealed record ProcessIdentity(int Pid, long Started, string Boot)
{
    private const int StateField = 0; // of the fields after the name
    private const int StartField = 19;

    /// <summary>The process that has this id now; null where none has, or only one that has ended (a zombie).</summary>
    internal static ProcessIdentity? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            // The name stands in parentheses and may hold anything, so the last one counts.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[StateField] is "Z" or "X")
                return null;
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return new ProcessIdentity(pid, long.Parse(fields[StartField], CultureInfo.InvariantCulture), boot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal bool IsAlive => Of(Pid) == this;

    internal string Text => string.Create(CultureInfo.InvariantCulture, $"{Pid} {Started} {Boot}\n");

    /// <summary>Reads <see cref="Text"/>; null for anything else.</summary>
    internal static ProcessIdentity? Parse(string text) =>
        text.TrimEnd('\n').Split(' ') is [var pid, var started, { Length: > 0 } boot]
        && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && id > 1
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new ProcessIdentity(id, ticks, boot)
            : null;
}
