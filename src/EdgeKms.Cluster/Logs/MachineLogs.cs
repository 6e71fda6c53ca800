using System.Globalization;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Cluster.Programs;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Logs;

/// <summary>What the machine itself says: journals, logs of the API server, disk, clock, system.</summary>
/// <param name="time">For limits.</param>
public sealed class MachineLogs(TimeProvider time)
{
    private const int Lines = 5000;
    private const int TailBytes = 1_048_576;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <param name="target">What was deployed; null looks for everything.</param>
    /// <param name="stateDirectory">Of the key ring, for its disk.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public async Task<IReadOnlyList<LogEntry>> CollectAsync(
        DeploymentTarget? target,
        string stateDirectory,
        CancellationToken cancellation
    )
    {
        var entries = new List<LogEntry>();
        foreach (var unit in Units(target))
        {
            string[] journal = ["-u", unit, "-n", $"{Lines}", "--no-pager", "-o", "short-iso", "-q"];
            entries.Add(await RunAsync($"journal/{unit}.log", "journalctl", journal, cancellation));
            entries.Add(await RunAsync($"units/{unit}.txt", "systemctl", ["cat", "--no-pager", unit], cancellation));
        }
        foreach (var log in Files("/var/log/containers", "kube-apiserver-*.log"))
            entries.Add(Tail($"api-server/{Path.GetFileName(log)}", log));
        foreach (var log in Files(LocalTarget.StateDirectory + "/logs", "*.log"))
            entries.Add(Tail($"local/{Path.GetFileName(log)}", log));
        entries.Add(await RunAsync("system/clock.txt", "timedatectl", ["show", "--all"], cancellation));
        entries.Add(await RunAsync("system/disk.txt", "df", ["-k", "-T", stateDirectory, "/"], cancellation));
        entries.Add(await RunAsync("system/kernel.txt", "uname", ["-srmv"], cancellation));
        entries.Add(Tail("system/os-release.txt", "/etc/os-release"));
        entries.Add(Tail("system/memory.txt", "/proc/meminfo"));
        entries.Add(
            new LogEntry(
                "system/now.txt",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"wall clock {time.GetUtcNow():u}\nup for {Environment.TickCount64 / 1000} s\n"
                )
            )
        );
        return entries;
    }

    private static IEnumerable<string> Units(DeploymentTarget? target) =>
        target switch
        {
            DeploymentTarget.K3s => ["edgekmsd", "k3s"],
            DeploymentTarget.Kubeadm => ["edgekmsd", "kubelet"],
            DeploymentTarget.Local => ["edgekmsd"],
            _ => ["edgekmsd", "k3s", "kubelet"],
        };

    private async Task<LogEntry> RunAsync(
        string name,
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancellation
    )
    {
        try
        {
            var end = await ProgramRun.ToEndAsync(program, arguments, s_limit, time, cancellation);
            return new LogEntry(name, end.Output, end.ExitCode == 0 && end.Output.Length > 0 ? null : end.Said);
        }
        catch (CommandException e)
        {
            return new LogEntry(name, "", e.Message);
        }
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal) : [];

    /// <summary>The last MiB of a file.</summary>
    private static LogEntry Tail(string name, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var isCut = file.CanSeek && file.Length > TailBytes;
            if (isCut)
                file.Seek(-TailBytes, SeekOrigin.End);
            var bytes = new byte[TailBytes];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return new LogEntry(
                name,
                System.Text.Encoding.UTF8.GetString(bytes, 0, length),
                isCut ? "its last MiB" : null
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LogEntry(name, "", e.Message);
        }
    }
}
