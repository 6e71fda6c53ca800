using System.Security.Cryptography;
using System.Text;
using EdgeKms.Cli.Report;
using EdgeKms.Cli.Versions;
using EdgeKms.Cluster.Report;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Tests.Report;

/// <summary>Reports of machines in many states, all of one moment.</summary>
internal static class Samples
{
    internal const string Hostile = "<script>alert(1)</script>\"&'</style>\u202e";

    internal static readonly DateTime Now = Utc("2026-11-24T18:00:00Z");

    internal static readonly IReadOnlyDictionary<string, Func<KmsReport>> All = new Dictionary<string, Func<KmsReport>>(
        StringComparer.Ordinal
    )
    {
        ["usual"] = () => KmsReport.Of(Usual()),
        ["one-key"] = () => KmsReport.Of(With(Ring(Monthly(1)))),
        ["minute"] = () => KmsReport.Of(With(Ring(Minute()))),
        ["long"] = () => KmsReport.Of(With(Ring(Monthly(200)))),
        ["future"] = () => KmsReport.Of(With(Ring(Future()))),
        ["bad"] = () => KmsReport.Of(Bad()),
        ["hostile"] = () => KmsReport.Of(Everywhere(Hostile)),
        ["nothing"] = () => KmsReport.Of(Nothing()),
    };

    internal static DateTime Utc(string text) => DateTimeOffset.Parse(text).UtcDateTime;

    /// <summary>A well-kept machine: 14 keys, the two oldest destroyed, one rotation late.</summary>
    internal static ReportParts Usual() => With(Ring(Year()));

    internal static ReportParts With(RingReport ring)
    {
        var destroyed = ring.Keys.Where(k => k.State == "destroyed").ToList();
        var log = new List<AuditEntryReport>();
        foreach (var key in ring.Keys)
            log.Add(Entry(log.Count + 1, key.Created, "key-created", key.Id));
        foreach (var key in destroyed)
            log.Add(Entry(log.Count + 1, Utc("2026-10-01T09:00:00Z"), "key-destroyed", key.Id));
        log.Add(Entry(log.Count + 1, ring.Written, "backed-up", null, "edgekms-ring-00000016.backup"));
        var active = ring.Keys[^1].Id;
        return new ReportParts(
            Now,
            "edge-042.example.com",
            "edgekms",
            new RotationRule("30d", TimeSpan.FromDays(30), false),
            new(
                new ClusterFacts(
                    "https://127.0.0.1:6443",
                    "v1.36.2+k3s1",
                    "linux/amd64",
                    true,
                    [],
                    ["kms-providers"],
                    [new ClusterNode("edge-042", "v1.36.2+k3s1", "Debian GNU/Linux 12 (bookworm)", "amd64")]
                ),
                null,
                null
            ),
            new(Status(ring), null, null),
            new(Scan(active, ring.Id, 0), null, null),
            ConfiguredWriters.Unknown("edgekms"),
            new BackupHistory(
                "/mnt/backup/edgekms",
                30,
                true,
                [Finding("EK-BACKUP-002", "pass", "the newest backup is that of generation 16, 0 days old")],
                [log[^1]]
            ),
            new(
                Doctor(
                    Finding("EK-RING-001", "pass", "a key ring is there: generation 16, 14 keys"),
                    Finding("EK-NODE-001", "pass", "the node token opens the ring"),
                    Finding("EK-BACKUP-002", "pass", "the newest backup is that of generation 16, 0 days old"),
                    Finding("EK-DISK-001", "skip", "the file system does not say how full it is")
                ),
                null,
                null
            ),
            new(
                new AuditEvidence(
                    new AuditVerifyReport(
                        true,
                        log.Count,
                        1,
                        log.Count,
                        $"{log.Count}:{Hex("head")}",
                        [],
                        null,
                        null,
                        null,
                        Covered
                    ),
                    [.. Enumerable.Reverse(log).Take(AuditEvidence.Shown)]
                ),
                null,
                null
            ),
            log,
            new VersionReport("0.1.0", "0.1.0", "/usr/bin/edgekmsd", null)
        );
    }

    internal static ScanReport Scan(string activeKey, string? ring, long stale, long plain = 0) =>
        new(
            ScanReport.CurrentFormat,
            Now,
            "etcd at https://127.0.0.1:2379",
            "/registry",
            ring,
            "edgekms",
            activeKey,
            "configuration",
            ["secrets", "configmaps"],
            1204 + stale + plain,
            [
                Count("configmaps", activeKey, 388, "active"),
                Count("secrets", activeKey, 816, "active"),
                .. stale > 0 ? [Count("secrets", "k1.older", stale, "stale")] : Array.Empty<ScanCount>(),
                .. plain > 0
                    ? [new ScanCount("secrets", "plain", null, null, null, plain, "plain", false)]
                    : Array.Empty<ScanCount>(),
            ],
            1204,
            stale,
            0,
            plain,
            0,
            0,
            0,
            new ScanLeftovers("etcd", 5012, 4800, 0, false, 0, []),
            true,
            [],
            plain > 0 ? 2
                : stale > 0 ? 1
                : 0
        );

    internal static RingReport Ring(IReadOnlyList<KeyReport> keys)
    {
        var due = keys[^1].Activated + TimeSpan.FromDays(30);
        return new RingReport(
            "q2n5o0kXG1mUo7yYw3c9Vg",
            16,
            Hex("ring"),
            keys[^1].Created,
            true,
            keys,
            [
                new SlotReport(1, "admin", "argon2id m=65536 t=3 p=1", keys[0].Created),
                new SlotReport(2, "recovery", "hkdf-sha256", keys[0].Created),
                new SlotReport(18, "node", "hkdf-sha256", keys[^1].Created),
            ],
            due,
            due < Now
        );
    }

    internal static KeyReport Key(int number, string state, DateTime created, DateTime? retired) =>
        new(
            $"k{number}.{Convert.ToBase64String(SHA256.HashData([(byte)number]))[..22].Replace('+', '-').Replace('/', '_')}",
            "sha256:" + Hex($"{number}"),
            state,
            created,
            created,
            retired,
            Math.Max(0, (Now - created).Days)
        );

    /// <summary>Keys of 30 days each, the newest one ten days old.</summary>
    internal static KeyReport[] Monthly(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    var created = Now.AddDays(-10 - (30 * (count - 1 - i)));
                    return Key(
                        i + 1,
                        i == count - 1 ? "active" : "retired",
                        created,
                        i == count - 1 ? null : created.AddDays(30)
                    );
                }),
        ];

    private static KeyReport[] Year()
    {
        var keys = Monthly(14);
        // The machine lay in a drawer for seventeen days: the eighth key was in use for longer.
        for (var i = 0; i < 8; i++)
        {
            keys[i] = keys[i] with
            {
                Created = keys[i].Created.AddDays(-17),
                Activated = keys[i].Activated!.Value.AddDays(-17),
                Retired = i == 7 ? keys[i].Retired : keys[i].Retired!.Value.AddDays(-17),
                State = i < 2 ? "destroyed" : "retired",
            };
        }
        return keys;
    }

    private static KeyReport[] Minute() =>
        [Key(1, "retired", Now.AddMinutes(-2), Now.AddMinutes(-1)), Key(2, "active", Now.AddMinutes(-1), null)];

    private static KeyReport[] Future() =>
        [Key(1, "retired", Now.AddDays(-3), Now.AddDays(400)), Key(2, "active", Now.AddDays(400), null)];

    /// <summary>Everything that can be wrong at once.</summary>
    private static ReportParts Bad()
    {
        var ring = Ring(Monthly(3)) with { RotationOverdue = true, NextRotation = Now.AddDays(-45) };
        var parts = With(ring);
        return parts with
        {
            Cluster = new(
                parts.Cluster.Value! with
                {
                    IsReady = false,
                    FailedChecks = ["kms-providers", "etcd"],
                },
                null,
                null
            ),
            Provider = new(
                Status(ring) with
                {
                    State = "sealed",
                    ExitCode = 5,
                    Daemon = null,
                    SelfTest = null,
                    Problem = new ProblemReport(
                        "sealed",
                        "nothing at hand opens the key ring",
                        "run \"edgekms repair\""
                    ),
                    Reencryption = new ReencryptionReport("k1.x", "failed", 1204, 3, null, "the API server refused"),
                },
                null,
                null
            ),
            Scan = new(Scan(ring.Keys[^1].Id, ring.Id, 2, 1), null, null),
            Backups = new BackupHistory(
                null,
                30,
                false,
                [Finding("EK-BACKUP-001", "warn", "backup.directory is not set")],
                []
            ),
            Doctor = new(
                Doctor(
                    Finding("EK-NODE-001", "fail", "the node token does not open the ring"),
                    Finding("EK-BACKUP-001", "warn", "backup.directory is not set"),
                    Finding("EK-RING-001", "pass", "a key ring is there")
                ),
                null,
                null
            ),
            AuditLog = new(
                new AuditEvidence(
                    new AuditVerifyReport(
                        false,
                        7,
                        1,
                        7,
                        "7:" + Hex("7"),
                        ["audit-00000001.jsonl"],
                        "audit-00000002.jsonl",
                        3,
                        "prev is not the hash of the line before it"
                    ),
                    []
                ),
                null,
                null
            ),
        };
    }

    /// <summary>A text in every place that somebody else writes.</summary>
    private static ReportParts Everywhere(string text)
    {
        var keys = Monthly(2).Select((k, i) => k with { Id = $"{i}{text}", State = i == 0 ? "retired" : "active" });
        var ring = Ring([.. keys]);
        var parts = With(ring);
        var scan = parts.Scan.Value!;
        return parts with
        {
            Machine = text,
            ProviderName = text,
            Cluster = new(
                new ClusterFacts(text, text, text, false, [text], [text], [new ClusterNode(text, text, text, text)]),
                null,
                null
            ),
            Provider = new(
                Status(ring) with
                {
                    Version = text,
                    State = text,
                    Problem = new ProblemReport(text, text, text),
                    Sockets = [new SocketReport(text, text, false)],
                    Reencryption = new ReencryptionReport(text, text, 1, 1, null, text),
                },
                null,
                null
            ),
            Scan = new(
                scan with
                {
                    Datastore = text,
                    Complete = false,
                    Gaps = [text],
                    Counts = [new ScanCount(text, text, text, text, text, 1, text, false)],
                    Leftovers = new ScanLeftovers(
                        "snapshot",
                        2,
                        1,
                        1,
                        true,
                        1,
                        [new LeftoverCount(text, text, text, text, text, 1)]
                    ),
                },
                null,
                null
            ),
            Backups = new BackupHistory(
                text,
                1,
                false,
                [Finding(text, "warn", text)],
                [Entry(1, Now, text, text, text)]
            ),
            Doctor = new(Doctor(Finding(text, "fail", text), Finding(text, text, text)), null, null),
            AuditLog = new(
                new AuditEvidence(
                    new AuditVerifyReport(
                        false,
                        1,
                        1,
                        1,
                        text,
                        [text],
                        text,
                        1,
                        text,
                        Covered with
                        {
                            RingId = text,
                            Covers = false,
                            Missing = [text],
                        }
                    ),
                    [Entry(1, Now, text, text, text)]
                ),
                null,
                null
            ),
            Versions = new VersionReport(text, text, text, text),
        };
    }

    internal static ReportParts Nothing() =>
        Usual() with
        {
            Cluster = new(null, "there is no kubeconfig", "name it with --kubeconfig FILE"),
            Provider = new(null, "edgekmsd was not found", "install edgekmsd"),
            Scan = new(null, "no datastore was found", "name it with --etcd-endpoints"),
            Backups = new BackupHistory(null, 30, false, [], []),
            Doctor = new(null, "edgekmsd was not found", "install edgekmsd"),
            AuditLog = new(null, "edgekmsd was not found", "install edgekmsd"),
            Entries = [],
            Versions = new VersionReport("0.1.0", null, null, "not found"),
        };

    internal static StatusReport Status(RingReport ring) =>
        new(
            "0.1.0",
            "unsealed",
            0,
            null,
            new DaemonReport(812, Now.AddDays(-9)),
            ring,
            [
                new SocketReport("kms", "/run/edgekms/kms.sock", true),
                new SocketReport("admin", "/run/edgekms/admin.sock", true),
            ],
            new SelfTestReport(true, Now.AddSeconds(-20))
        );

    internal static DoctorFinding Finding(string id, string outcome, string text) =>
        new(
            id,
            "what the check demands",
            outcome,
            text,
            outcome is "warn" or "fail" ? "What it means, said in one sentence." : null,
            outcome == "fail",
            outcome is "warn" or "fail",
            outcome is "warn" or "fail" ? "edgekms repair" : null
        );

    internal static DoctorReport Doctor(params DoctorFinding[] findings)
    {
        int Number(string outcome) => findings.Count(f => f.Outcome == outcome);
        var (warnings, failed) = (Number("warn"), Number("fail"));
        return new DoctorReport(
            failed > 0 ? 2
                : warnings > 0 ? 1
                : 0,
            Number("pass"),
            warnings,
            failed,
            Number("skip"),
            findings
        );
    }

    internal static AuditCoverageReport Covered { get; } = new("q2n5o0kXG1mUo7yYw3c9Vg", 16, true, false, [], null, []);

    internal static AuditEntryReport Entry(
        long number,
        DateTime time,
        string happened,
        string? key,
        string? detail = null
    ) => new(number, time, happened, "q2n5o0kXG1mUo7yYw3c9Vg", 16, key, null, detail);

    private static ScanCount Count(string resource, string key, long objects, string state) =>
        new(resource, "kms-v2", "k8s:enc:kms:v2:edgekms:", "edgekms", key, objects, state, state == "active");

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
