using System.Diagnostics;

namespace EdgeKms.Bench;

/// <summary><c>edgekms scan</c> beside <c>etcdctl get --prefix</c>, which reads the same bytes: rounds alternate, medians count.</summary>
internal static class ScanFigures
{
    /// <param name="edgekms">The published program.</param>
    /// <param name="etcdctl">The peer.</param>
    /// <param name="url">Of a seeded etcd.</param>
    /// <param name="snapshot">A snapshot of it.</param>
    /// <param name="rounds">How many.</param>
    internal static async Task Print(string edgekms, string etcdctl, string url, string snapshot, int rounds)
    {
        string[] scan = ["scan", "--resource", "secrets", "--active-key", "k2.BBBBBBBBBBBBBBBBBBBBBB"];
        var (ours, theirs, files) = (new List<Figure>(), new List<Figure>(), new List<Figure>());
        for (var i = 0; i < rounds; i++)
        {
            // In turn, and each first in every other round.
            if (i % 2 == 1)
                theirs.Add(await Run(etcdctl, $"--endpoints={url}", "get", "--prefix", "/registry/secrets/"));
            ours.Add(await Run(edgekms, [.. scan, "--etcd-endpoints", url]));
            if (i % 2 == 0)
                theirs.Add(await Run(etcdctl, $"--endpoints={url}", "get", "--prefix", "/registry/secrets/"));
            files.Add(await Run(edgekms, [.. scan, "--snapshot", snapshot]));
        }
        Console.WriteLine("| figure | edgekms scan | etcdctl get --prefix | ratio |");
        Console.WriteLine("|---|---|---|---|");
        Row("from etcd, s", Median(ours.Select(f => f.Seconds)), Median(theirs.Select(f => f.Seconds)));
        Row("peak resident memory, MiB", ours.Max(f => f.MiB), theirs.Max(f => f.MiB));
        Row("from a snapshot file, s", Median(files.Select(f => f.Seconds)), Median(theirs.Select(f => f.Seconds)));
        Row("peak resident memory, MiB", files.Max(f => f.MiB), theirs.Max(f => f.MiB));
    }

    private static void Row(string what, double ours, double theirs) =>
        Console.WriteLine($"| {what} | {ours:0.00} | {theirs:0.00} | {ours / theirs:0.00} |");

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static async Task<Figure> Run(string program, params string[] arguments)
    {
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null", program, .. arguments])
            {
                UseShellExecute = false,
            }
        )!;
        var peak = 0.0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, PeakMiB(process.Id));
            await Task.Delay(5);
        }
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        // 1: a quarter of the objects is stale.
        return process.ExitCode is 0 or 1
            ? new Figure(seconds, peak)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
    }

    /// <summary>Its own mark of the most that it had (man 5 proc, VmHWM).</summary>
    private static double PeakMiB(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(l => l.StartsWith("VmHWM:"));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
        }
        catch (IOException)
        {
            return 0; // it ended
        }
    }

    private sealed record Figure(double Seconds, double MiB);
}
