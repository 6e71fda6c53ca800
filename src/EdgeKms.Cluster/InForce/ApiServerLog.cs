using System.Globalization;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Text;

namespace EdgeKms.Cluster.InForce;

/// <summary>Where the API server of this machine writes its log, and what it last wrote there about its configuration.</summary>
/// <param name="root">Root of the machine; empty for this one.</param>
public sealed class ApiServerLog(string root = "")
{
    private const string Pods = "/var/log/pods";
    private const string Pod = "kube-system_kube-apiserver-*";
    private const int TailBytes = 262_144;
    private const int MaxText = 500;

    /// <summary>
    /// What stands before the reason: a reload (controller.go, 1.27 to 1.36), and an end at the start (component-base/cli/run.go).
    /// Neither writes keys: kube-apiserver's own errors say REDACTED for them.
    /// </summary>
    private static readonly string[] s_marks = ["error processing encryption config file", "\"command failed\" err=\""];

    /// <summary>The command that shows the log.</summary>
    /// <param name="process">What runs, where it is known.</param>
    public string Command(ApiServerProcess? process) =>
        process?.IsInsideK3s == true || Directory.Exists(root + "/etc/rancher/k3s")
            ? "sudo journalctl -u k3s --since -15min --no-pager"
        : Logs().Any() || File.Exists(root + ApiServerProcess.Manifest)
            ? $"sudo sh -c 'tail -n 50 {Pods}/{Pod}/kube-apiserver/*.log'"
        : "look into the log of kube-apiserver";

    /// <summary>The last such line since then, without what stands before its reason; null where there is none or it isn't known.</summary>
    public string? LastError(DateTimeOffset since)
    {
        foreach (var file in Logs())
        {
            foreach (var line in Tail(file).Split('\n').Reverse())
            {
                if (s_marks.FirstOrDefault(m => line.Contains(m, StringComparison.Ordinal)) is not { } mark)
                    continue;
                // containerd and CRI-O write the time first (CRI log format).
                if (
                    DateTimeOffset.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out var time)
                    && time >= since
                )
                    return Reason(line, mark);
                break;
            }
        }
        return null;
    }

    private static string Reason(string line, string mark)
    {
        var text = line[line.IndexOf(mark, StringComparison.Ordinal)..];
        text = mark.EndsWith('"') ? text[mark.Length..] : text;
        // klog quotes the error as Go does, and may write further pairs after it.
        var end = text.IndexOf("\" logger=", StringComparison.Ordinal);
        text = end >= 0 ? text[..end] : text;
        if (text.EndsWith('"') && !text.EndsWith("\\\"", StringComparison.Ordinal))
            text = text[..^1];
        return OneLine.Of(text.Replace("\\\"", "\"", StringComparison.Ordinal), MaxText);
    }

    /// <summary>The newest first; none where this user may not look.</summary>
    private IEnumerable<string> Logs()
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateDirectories(root + Pods, Pod)
                    .Select(d => Path.Combine(d, "kube-apiserver"))
                    .Where(Directory.Exists)
                    .SelectMany(d => Directory.EnumerateFiles(d, "*.log"))
                    .OrderByDescending(File.GetLastWriteTimeUtc)
                    .Take(2),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string Tail(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (file.CanSeek && file.Length > TailBytes)
                file.Seek(-TailBytes, SeekOrigin.End);
            var bytes = new byte[TailBytes];
            return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
