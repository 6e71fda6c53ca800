using EdgeKms.Cli.Status.Live;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Tests.Status.Live;

public class LiveFrameTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_OfARingInService_ShowWhatAPersonLooksFor() =>
        Assert.Equal(
            """
            healthy: the key ring is unsealed and serves

            Active key     k2.aaaaaaaaaaaaaaaaaaaaaa
            Key age        [############------------------] 40 % of 30 days
            Next rotation  2026-12-12 12:00 UTC (in 18 days)
            Ring           generation 1,024, 12 days ago; keys: 1 retired, 1 active
            Slots          admin, recovery, node
            Daemon         process 7, up since 2026-11-24 11:00 UTC
            Self-test      passed 12 seconds ago
            Last backup    generation 1,024, 12 days ago
            Re-encryption  [######################--------] 750 of 1,000

            Calls            per second     median       99 %       total    failed
              Status                0.1    0.05 ms    0.20 ms         123         0
              Encrypt                 -          -          -           4         1
              Decrypt           1,200.0    0.10 ms    2.50 ms     100,000         0

            Last events
              2026-11-24 11:00 UTC  unlocked          generation 1,024  node
              2026-11-12 12:00 UTC  key-announced     generation 1,024  k2.aaaaaaaaaaaaaaaaaaaaaa

            2026-11-24 12:00:00 UTC  Ctrl-C ends.
            """.Split('\n'),
            LiveFrame.Lines(View(), s_now, 120, 40)
        );

    [Theory]
    [InlineData(80, 24)]
    [InlineData(40, 10)]
    [InlineData(20, 3)]
    [InlineData(1, 1)]
    public void Lines_OfAnySize_FitTheTerminal(int width, int height)
    {
        var lines = LiveFrame.Lines(View(), s_now, width, height);
        Assert.InRange(lines.Count, 1, height);
        Assert.All(lines, l => Assert.InRange(l.Length, 0, width));
    }

    [Fact]
    public void Lines_OnASmallTerminal_LeaveEventsOutFirst()
    {
        var lines = LiveFrame.Lines(View(), s_now, 120, 21);
        Assert.Contains(lines, l => l.StartsWith("  Decrypt", StringComparison.Ordinal));
        Assert.Single(lines, l => l.Contains("generation 1,024  ", StringComparison.Ordinal));
        Assert.EndsWith("Ctrl-C ends.", lines[^1]);
    }

    [Fact]
    public void Lines_OfAKeyThatIsOverdue_FillTheBar()
    {
        var lines = LiveFrame.Lines(View(), s_now.AddDays(30), 120, 40);
        Assert.Contains("Key age        [##############################] 140 % of 30 days", lines);
        Assert.Contains("Next rotation  2026-12-12 12:00 UTC (overdue by 12 days)", lines);
    }

    [Fact]
    public void Lines_WithoutADaemon_SayWhatIsWrongAndWhatToRun()
    {
        var report = View().Report with
        {
            State = "absent",
            Ring = null,
            Daemon = null,
            SelfTest = null,
            LastBackup = null,
            Reencryption = null,
            Problem = new ProblemReport("ring-missing", "there is no key ring\e[2J", "run \"edgekms init\""),
            Verdict = new VerdictReport(
                "bare",
                "there is no key ring",
                true,
                false,
                [new("edgekms init", "it makes one")]
            ),
        };
        var lines = LiveFrame.Lines(new LiveView(report, [], []), s_now, 120, 40);
        Assert.StartsWith("bare: ", lines[0]);
        Assert.Contains("Next           run \"edgekms init\"", lines);
        Assert.All(lines, l => Assert.DoesNotContain('\e', l));
    }

    [Fact]
    public void Lines_OfADoubtWithoutAProblem_ShowTheVerdictAndItsWays()
    {
        var verdict = new VerdictReport(
            "clock-behind",
            "the clock is behind",
            false,
            false,
            [new("edgekms rotate", "it ends")]
        );
        var lines = LiveFrame.Lines(View() with { Report = View().Report with { Verdict = verdict } }, s_now, 120, 40);
        Assert.Equal(
            [
                "healthy, but clock-behind: the key ring is unsealed and serves",
                "",
                "the clock is behind",
                "next: edgekms rotate   # it ends",
            ],
            lines.Take(4)
        );
    }

    private static LiveView View()
    {
        var since = new DateTime(2026, 11, 12, 12, 0, 0, DateTimeKind.Utc);
        const string key = "k2.aaaaaaaaaaaaaaaaaaaaaa";
        var ring = new RingReport(
            "r",
            1024,
            "00",
            since,
            true,
            [
                new KeyReport("k1.aaaaaaaaaaaaaaaaaaaaaa", "", "retired", since, since, since, 0),
                new KeyReport(key, "", "active", since, since, null, 12),
            ],
            [.. new[] { "admin", "recovery", "node" }.Select((k, i) => new SlotReport(i + 1, k, "", since))],
            since.AddDays(30),
            false
        );
        var started = new DateTime(2026, 11, 24, 11, 0, 0, DateTimeKind.Utc);
        var report = new StatusReport(
            "0.1.0",
            "unsealed",
            0,
            null,
            new DaemonReport(7, started),
            ring,
            [],
            new SelfTestReport(true, s_now.UtcDateTime.AddSeconds(-12)),
            new ReencryptionReport(key, "running", 1000, 250, null, null),
            null,
            new LastBackupReport(since, 1024)
        );
        return new LiveView(
            report,
            [
                new CallRate("Status", 0.1, 0.00005, 0.0002, 123, 0),
                new CallRate("Encrypt", null, null, null, 4, 1),
                new CallRate("Decrypt", 1200, 0.0001, 0.0025, 100_000, 0),
            ],
            [
                new AuditEntryReport(2, started, "unlocked", "r", 1024, null, null, "node"),
                new AuditEntryReport(1, since, "key-announced", "r", 1024, key, null, null),
            ]
        );
    }
}
