using System.Globalization;
using EdgeKms.Cli.Pages;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Status;

/// <summary>A status report as a page: pure, so that a test shows it for any report and any moment.</summary>
internal static class StatusPage
{
    /// <summary>How many keys are shown without <c>--all</c>.</summary>
    public const int FewKeys = 20;

    public static Page Of(StatusReport report, DateTimeOffset now, bool all)
    {
        var (tone, headline) = StatusVerdict.Of(report);
        var tables = new List<PageTable>();
        if (report.Ring is { } ring)
        {
            tables.Add(Keys(ring, all));
            tables.Add(Slots(ring));
        }
        tables.Add(Sockets(report.Sockets));
        return new Page(tone, headline, [.. Facts(report, now)], [.. tables.Where(t => t.Rows.Count > 0)])
        {
            Closing = StatusVerdict.Closing(report),
        };
    }

    private static IEnumerable<Fact> Facts(StatusReport report, DateTimeOffset now)
    {
        if (report.Ring is { } ring)
        {
            yield return new Fact("Ring", ring.Id);
            var generation = ring.Generation.ToString(CultureInfo.InvariantCulture);
            yield return new Fact(
                "Generation",
                $"{generation}, written {Moments.Date(ring.Written)} ({Moments.Past(ring.Written, now)})"
            );
            yield return new Fact("Digest", ring.Digest);
            yield return new Fact("Authenticated", ring.Authenticated ? "yes" : "no");
            yield return new Fact(
                "Next rotation",
                ring.NextRotation is { } next
                    ? $"{Moments.Date(next)} ({Moments.Due(next, now)})"
                    : "none: no key is active"
            );
        }
        yield return new Fact("Daemon", Daemon(report, now));
        if (report.KmsV1)
            yield return new Fact(
                "KMS v1",
                "on: objects that are stored with it stay under their old key, whatever rotates"
            );
        yield return new Fact("Self-test", SelfTest(report.SelfTest, now));
        if (report.LastBackup is { } backup)
            yield return new Fact("Last backup", Backup(backup, now));
        if (report.LastScan is { } scan)
            yield return new Fact("Last scan", Scan(scan, now));
        if (report.Objects is { Unreadable: > 0 } objects)
            yield return new Fact("Unreadable", Unreadable(objects));
        if (report.Reencryption is { } reencryption)
            yield return new Fact("Re-encryption", Reencryption(reencryption, report.IsReencryptionCurrent, now));
    }

    private static string Daemon(StatusReport report, DateTimeOffset now) =>
        report.Daemon is { } daemon
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"edgekmsd {report.Version}, process {daemon.Pid}, since {Moments.Date(daemon.Started)} ({Moments.Past(daemon.Started, now)})"
            )
            : "not running";

    private static string SelfTest(SelfTestReport? test, DateTimeOffset now) =>
        test is null ? "has not run" : $"{(test.Passed ? "passed" : "failed")} {Moments.Past(test.At, now)}";

    private static string Backup(LastBackupReport backup, DateTimeOffset now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"generation {backup.Generation}, {Moments.Date(backup.At)} ({Moments.Past(backup.At, now)})"
        );

    private static string Scan(LastScanReport scan, DateTimeOffset now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{scan.Active} of {scan.Objects} objects under key {scan.KeyId}, {Moments.Past(scan.At, now)}"
        );

    internal static string Unreadable(ObjectsReport objects)
    {
        var keys = string.Join(", ", objects.UnreadableKeys);
        var more = objects.UnreadableKeys.Count == ObjectsReport.ShownKeys ? ", …" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{objects.Unreadable} objects under a key that this ring doesn't have: {keys}{more}"
        );
    }

    internal static string Reencryption(ReencryptionReport report, bool isCurrent, DateTimeOffset now) =>
        report switch
        {
            _ when !isCurrent => "not yet under the active key",
            { State: "done", Stale: { } stale, ProvenAt: { } at } => string.Create(
                CultureInfo.InvariantCulture,
                $"objects under old keys: {stale}, proven {Moments.Past(at, now)}"
            ),
            { State: "running", Stale: { } left, Objects: { } all } => string.Create(
                CultureInfo.InvariantCulture,
                $"running: {left} of {all} objects are left"
            ),
            { Problem: { } problem } => $"{report.State}: {problem}",
            _ => report.State,
        };

    private static PageTable Keys(RingReport ring, bool all)
    {
        var newest = ring.Keys.Reverse().Take(all ? int.MaxValue : FewKeys).ToList();
        var older = ring.Keys.Count - newest.Count;
        return new PageTable(
            $"Keys ({ring.Keys.Count.ToString(CultureInfo.InvariantCulture)}, newest first)",
            ["Key id", "State", "Age", "Created", "Hash"],
            [
                .. newest.Select(k =>
                    (string[])[k.Id, k.State, Moments.Count(k.AgeDays, "day"), Moments.Date(k.Created), k.Hash]
                ),
            ],
            older > 0 ? string.Create(CultureInfo.InvariantCulture, $"… and {older} older (--all shows them)") : null
        );
    }

    private static PageTable Slots(RingReport ring) =>
        new(
            "Slots",
            ["Number", "Kind", "Key derivation", "Created"],
            [
                .. ring.Slots.Select(s =>
                    (string[])[s.Number.ToString(CultureInfo.InvariantCulture), s.Kind, s.Kdf, Moments.Date(s.Created)]
                ),
            ]
        );

    private static PageTable Sockets(IReadOnlyList<SocketReport> sockets) =>
        new(
            "Sockets",
            ["Name", "Path", "Answers"],
            [.. sockets.Select(s => (string[])[s.Name, s.Path, s.Answers ? "yes" : "no"])]
        );
}
