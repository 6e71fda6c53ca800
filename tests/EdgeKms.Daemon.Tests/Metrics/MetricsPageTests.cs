using System.Text.RegularExpressions;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Sockets;
using Grpc.Core;

namespace EdgeKms.Daemon.Tests.Metrics;

public sealed partial class MetricsPageTests : IDisposable
{
    private static readonly DateTime s_at = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ReencryptionReport s_done = new("k2.x", "done", 20, 0, s_at, null);
    private static readonly LastScanReport s_scan = new(s_at, "k2.x", "all", true, 60, 10, 20, 3, 4, 5, 18);

    private readonly DaemonFigures _figures = new();

    public void Dispose() => _figures.Dispose();

    /// <summary>
    /// Every metric of docs/reference/metrics.md with its type, and no other; a page of a ring in full service has them all.
    /// </summary>
    [Fact]
    public void Of_ARingInFullService_HasTheMetricsOfTheReference()
    {
        var documented = Documented()
            .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/reference/metrics.md")))
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value}")
            .Where(m => !m.StartsWith("edgekms_up ", StringComparison.Ordinal)); // of "edgekms metrics"
        var page = MetricsPage.Of(Status("k2.x") with { Problem = new ProblemReport("x", "", "") }, _figures);
        var written = Typed().Matches(page).Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value}").ToList();

        Assert.Equal(documented.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
        Assert.Equal(written.Count, written.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Of_AnyRing_IsLinesOfTheTextFormat()
    {
        _figures.Called(KmsMethod.Encrypt, StatusCode.OK, TimeSpan.FromMilliseconds(2));
        foreach (
            var line in MetricsPage.Of(Status("k2.x"), _figures).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        )
            Assert.Matches(Line(), line);
    }

    [Fact]
    public void Of_Calls_CountsThemByMethodCodeAndDuration()
    {
        _figures.Called(KmsMethod.Decrypt, StatusCode.OK, TimeSpan.FromMilliseconds(0.05));
        _figures.Called(KmsMethod.Decrypt, StatusCode.OK, TimeSpan.FromMilliseconds(0.1));
        _figures.Called(KmsMethod.Decrypt, StatusCode.OK, TimeSpan.FromSeconds(4));
        _figures.Called(KmsMethod.Decrypt, StatusCode.NotFound, TimeSpan.FromSeconds(1));

        Holds(
            "k2.x",
            "edgekms_kms_requests_total{method=\"Decrypt\",code=\"OK\"} 3",
            "edgekms_kms_requests_total{method=\"Decrypt\",code=\"NotFound\"} 1",
            "edgekms_kms_requests_total{method=\"Encrypt\",code=\"OK\"} 0",
            "edgekms_kms_request_duration_seconds_bucket{method=\"Decrypt\",code=\"OK\",le=\"0.0001\"} 2",
            "edgekms_kms_request_duration_seconds_bucket{method=\"Decrypt\",code=\"OK\",le=\"3\"} 2",
            "edgekms_kms_request_duration_seconds_bucket{method=\"Decrypt\",code=\"OK\",le=\"+Inf\"} 3",
            "edgekms_kms_request_duration_seconds_sum{method=\"Decrypt\",code=\"OK\"} 4.00015",
            "edgekms_kms_request_duration_seconds_count{method=\"Decrypt\",code=\"OK\"} 3"
        );
    }

    [Fact]
    public void Of_ARing_SaysItsKeysItsScheduleAndItsBackup() =>
        Holds(
            "k2.x",
            "edgekms_build_info{version=\"1.0 \\\"x\\\"\"} 1",
            "edgekms_state{state=\"unsealed\"} 1",
            "edgekms_sealed 0",
            "edgekms_self_test_success 1",
            "edgekms_self_test_timestamp_seconds 1772366400",
            "edgekms_ring_generation 2",
            "edgekms_keys{state=\"active\"} 1",
            "edgekms_keys{state=\"retired\"} 0",
            "edgekms_slots{kind=\"node\"} 1",
            "edgekms_slots{kind=\"recovery\"} 0",
            "edgekms_active_key_info{key_id_hash=\"sha256:2\"} 1",
            "edgekms_active_key_activated_timestamp_seconds 1772366400",
            "edgekms_rotation_next_timestamp_seconds 1774958400",
            "edgekms_ring_full_timestamp_seconds 1798286400",
            "edgekms_rotation_period_seconds 2592000",
            "edgekms_rotation_paused 0",
            "edgekms_clock_behind 1",
            "edgekms_backup_last_timestamp_seconds 1772366400",
            "edgekms_backup_last_generation 1"
        );

    [Fact]
    public void Of_WritesAndStrangers_CountsThem()
    {
        _figures.RingWritten(succeeded: true);
        _figures.RingWritten(succeeded: false);
        _figures.RingWritten(succeeded: false);
        _figures.PeerRefused(Surface.Kms);

        Holds(
            "k2.x",
            "edgekms_ring_writes_total 1",
            "edgekms_ring_write_failures_total 2",
            "edgekms_peers_refused_total{socket=\"kms\"} 1",
            "edgekms_peers_refused_total{socket=\"admin\"} 0"
        );
    }

    [Fact]
    public void Of_AProvenReencryptionAndAScan_NamesTheirFigures() =>
        Holds(
            "k2.x",
            "edgekms_reencryption_state{state=\"done\"} 1",
            "edgekms_reencryption_state{state=\"waiting\"} 0",
            "edgekms_reencryption_objects 20",
            "edgekms_reencryption_stale_objects 0",
            "edgekms_reencryption_proven_timestamp_seconds 1772366400",
            "edgekms_objects{state=\"active\"} 10",
            "edgekms_objects{state=\"stale\"} 20",
            "edgekms_objects{state=\"plain\"} 4",
            "edgekms_objects{state=\"not-covered\"} 18",
            "edgekms_scan_timestamp_seconds 1772366400",
            "edgekms_scan_complete 1"
        );

    [Fact]
    public void Of_ReportsForAnotherKey_ClaimsNothing()
    {
        Holds(
            "k3.x",
            "edgekms_reencryption_state{state=\"waiting\"} 1",
            "edgekms_reencryption_state{state=\"done\"} 0",
            "edgekms_objects{state=\"active\"} 0",
            "edgekms_objects{state=\"stale\"} 30"
        );
        var text = MetricsPage.Of(Status("k3.x"), _figures);
        Assert.DoesNotContain("proven", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stale_objects", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ObjectsUnderKeysThatTheRingLacks_CountsThemApart()
    {
        // After a rotation and the loss of a key: what the ring has now counts, not what the scan called them.
        var status = Status("k3.x") with
        {
            Objects = new ObjectsReport(0, 18, 14, 2, ["k9.z"]),
        };
        var lines = MetricsPage.Of(status, _figures).Split('\n');
        foreach (var (state, objects) in new[] { ("active", 0), ("stale", 18), ("unreadable", 14), ("kms-v1", 3) })
            Assert.Contains($"edgekms_objects{{state=\"{state}\"}} {objects}", lines);
        Assert.DoesNotContain("unreadable", MetricsPage.Of(Status("k3.x"), _figures), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ADateInAnotherZone_IsTheSameMoment()
    {
        var local = new DateTimeOffset(s_at).ToOffset(TimeSpan.FromHours(-7)).LocalDateTime;
        var status = Status("k2.x") with { Reencryption = s_done with { ProvenAt = local } };
        Assert.Contains(
            "edgekms_reencryption_proven_timestamp_seconds 1772366400\n",
            MetricsPage.Of(status, _figures),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_ASealedRing_SaysSoAndWhy()
    {
        var status = Status("k2.x") with
        {
            State = "sealed",
            Problem = new ProblemReport("token-missing", "", ""),
            SelfTest = null,
        };
        var text = MetricsPage.Of(status, _figures);
        Assert.Contains("edgekms_sealed 1\n", text, StringComparison.Ordinal);
        Assert.Contains("edgekms_problem_info{code=\"token-missing\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("edgekms_self_test_success ", text, StringComparison.Ordinal);
    }

    private void Holds(string activeKey, params string[] samples)
    {
        var lines = MetricsPage.Of(Status(activeKey), _figures).Split('\n');
        foreach (var sample in samples)
            Assert.Contains(sample, lines);
    }

    private static StatusReport Status(string activeKey) =>
        new(
            "1.0 \"x\"",
            "unsealed",
            0,
            null,
            new DaemonReport(1, s_at),
            new RingReport(
                "r",
                2,
                "00",
                s_at,
                true,
                [
                    new KeyReport("k2.x", "sha256:2", activeKey == "k2.x" ? "active" : "retired", s_at, s_at, null, 0),
                    new KeyReport("k3.x", "sha256:3", activeKey == "k3.x" ? "active" : "staged", s_at, s_at, null, 0),
                ],
                [new SlotReport(3, "node", "hkdf", s_at)],
                s_at.AddDays(30),
                false,
                s_at.AddDays(300)
            ),
            [],
            new SelfTestReport(true, s_at),
            s_done,
            s_scan,
            new LastBackupReport(s_at, 1),
            new RotationPolicyReport(2_592_000, Paused: false, ClockBehind: true)
        );

    [GeneratedRegex(
        @"^\| `(?<name>[a-z_]+)(\{[^`]*)?` \| (?<type>\w+) \|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Documented();

    [GeneratedRegex(@"^# TYPE (?<name>\S+) (?<type>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Typed();

    [GeneratedRegex(
        """^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="([^"\\]|\\["\\n])*"(,[a-z_]+="([^"\\]|\\["\\n])*")*\})? [0-9.eE+-]+)$""",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Line();
}
