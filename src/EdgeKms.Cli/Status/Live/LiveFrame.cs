using System.Globalization;
using EdgeKms.Cli.Pages;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Status.Live;

/// <summary>One frame as lines: pure, so that a test shows it for any view, moment and size.</summary>
internal static class LiveFrame
{
    private const int BarCells = 30;
    private const int LabelWidth = 15;
    private const int EventNameWidth = 16;

    /// <param name="view">What there is to show.</param>
    /// <param name="now">The moment.</param>
    /// <param name="width">Columns: longer lines are cut.</param>
    /// <param name="height">Rows: older events are left out.</param>
    internal static IReadOnlyList<string> Lines(LiveView view, DateTimeOffset now, int width, int height)
    {
        List<string> lines = [StatusVerdict.Of(view.Report).Text, "", .. Facts(view.Report, now)];
        if (view.Calls.Count > 0)
            lines.AddRange(["", .. Calls(view.Calls)]);
        const string end = "Ctrl-C ends.";
        var room = height - lines.Count - 4; // blank, heading, blank, end
        if (view.Events.Count > 0 && room > 0)
            lines.AddRange(["", "Last events", .. view.Events.Take(room).Select(Event)]);
        lines.AddRange([
            "",
            $"{now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}  {end}",
        ]);
        return [.. lines.Take(height).Select(l => Cut(Printable.Text(l), width))];
    }

    private static IEnumerable<string> Facts(StatusReport report, DateTimeOffset now)
    {
        if (StatusVerdict.Problem(report) is { } problem)
        {
            yield return Fact("Problem", problem.Text);
            yield return Fact("Next", problem.Hint);
        }
        foreach (var line in StatusVerdict.Closing(report))
            yield return line;
        if (report.Ring is { } ring)
        {
            var active = ring.Keys.FirstOrDefault(k => k.State == "active");
            yield return Fact("Active key", active?.Id ?? "none");
            if (active is not null && ring.NextRotation is { } next)
            {
                yield return Fact("Key age", KeyAge(active, next, now));
                yield return Fact("Next rotation", $"{Moments.Date(next)} ({Moments.Due(next, now)})");
            }
            var keys = ring
                .Keys.GroupBy(k => k.State, StringComparer.Ordinal)
                .Select(g => $"{Number(g.Count())} {g.Key}");
            yield return Fact(
                "Ring",
                $"generation {Number(ring.Generation)}, {Moments.Past(ring.Written, now)}; keys: {string.Join(", ", keys)}"
            );
            yield return Fact("Slots", string.Join(", ", ring.Slots.Select(s => s.Kind)));
        }
        yield return Fact(
            "Daemon",
            report.Daemon is { } daemon
                ? $"process {daemon.Pid}, up since {Moments.Date(daemon.Started)}"
                : "not running"
        );
        if (report.SelfTest is { } test)
            yield return Fact("Self-test", $"{(test.Passed ? "passed" : "FAILED")} {Moments.Past(test.At, now)}");
        if (report.LastBackup is { } backup)
            yield return Fact("Last backup", $"generation {Number(backup.Generation)}, {Moments.Past(backup.At, now)}");
        if (report.Objects is { Unreadable: > 0 } objects)
            yield return Fact("Unreadable", StatusPage.Unreadable(objects));
        if (report.Reencryption is { } reencryption)
            yield return Fact("Re-encryption", Reencryption(reencryption, report, now));
    }

    private static string KeyAge(KeyReport active, DateTime next, DateTimeOffset now)
    {
        var since = active.Activated ?? active.Created;
        var period = next - since;
        var part = period > TimeSpan.Zero ? (now.UtcDateTime - since) / period : 1;
        return $"{Bar(part)} {Number(Math.Max(0, (long)(part * 100)))} % of {Moments.Length(period)}";
    }

    private static string Reencryption(ReencryptionReport told, StatusReport report, DateTimeOffset now) =>
        report.IsReencryptionCurrent && told is { State: "running", Stale: { } left, Objects: { } all and > 0 }
            ? $"{Bar(1 - ((double)left / all))} {Number(all - left)} of {Number(all)}"
            : StatusPage.Reencryption(told, report.IsReencryptionCurrent, now);

    private static IEnumerable<string> Calls(IReadOnlyList<CallRate> calls)
    {
        yield return $"{"Calls", -LabelWidth}{"per second", 12}{"median", 11}{"99 %", 11}{"total", 12}{"failed", 10}";
        foreach (var one in calls)
        {
            var rate = one.PerSecond?.ToString("N1", CultureInfo.InvariantCulture) ?? "-";
            yield return $"  {one.Method, -(LabelWidth - 2)}{rate, 12}{Milliseconds(one.Median), 11}{Milliseconds(one.Most), 11}"
                + $"{Number((long)one.Total), 12}{Number((long)one.Failed), 10}";
        }
    }

    private static string Event(AuditEntryReport one)
    {
        string?[] rest =
        [
            one.Generation is { } generation ? $"generation {Number(generation)}" : null,
            one.KeyId,
            one.Slot is { } slot ? $"slot {Number(slot)}" : null,
            one.Detail,
        ];
        return $"  {Moments.Date(one.Time)}  {one.Event.PadRight(EventNameWidth)}  {string.Join("  ", rest.Where(r => r is not null))}";
    }

    private static string Fact(string label, string value) => label.PadRight(LabelWidth) + value;

    private static string Bar(double part)
    {
        var full = (int)(Math.Clamp(part, 0, 1) * BarCells);
        return $"[{new string('#', full)}{new string('-', BarCells - full)}]";
    }

    private static string Milliseconds(double? seconds) =>
        seconds is { } known ? (known * 1000).ToString("0.00 'ms'", CultureInfo.InvariantCulture) : "-";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Cut(string line, int width) =>
        line.Length <= width ? line : line[..Math.Max(0, width - 1)] + "…";
}
