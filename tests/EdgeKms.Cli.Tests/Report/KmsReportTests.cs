using EdgeKms.Cli.Report;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Tests.Report;

public class KmsReportTests
{
    private static readonly string s_ring = Samples.Ring(Samples.Monthly(3)).Id;

    [Fact]
    public void Report_OfAWellKeptMachine_SaysSoInOneSentence()
    {
        var report = KmsReport.Of(Samples.With(Samples.Ring(Samples.Monthly(3))));

        Assert.Equal(ReportOutcome.Ok, report.Outcome);
        Assert.Equal(
            "All 1,204 Secrets and ConfigMaps are encrypted under the active key, proven 2026-11-24 18:00 UTC.",
            report.Verdict
        );
        Assert.Equal("Everything that was checked is in order.", report.Remark);
        Assert.All(report.Summary, p => Assert.Equal(ReportOutcome.Ok, p.Outcome));
    }

    [Fact]
    public void Report_WithALateRotation_AsksToLookAtItAlone()
    {
        var report = KmsReport.Of(Samples.Usual());

        Assert.Equal((ReportOutcome.Attention, "Look at: rotation."), (report.Outcome, report.Remark));
        Assert.Equal(
            "Rotated 13 times, longest 47 days; policy 30 days, late once.",
            report.Summary.Single(p => p.Area == "rotation").Text
        );
    }

    [Fact]
    public void AuditLog_ThatDoesNotCoverTheRing_AsksToLookAtIt()
    {
        var point = AuditLog(log =>
            log with
            {
                Coverage = Samples.Covered with { Covers = false, Missing = ["a", "b"] },
            }
        );

        Assert.Equal(ReportOutcome.Attention, point.Outcome);
        Assert.StartsWith("It does not cover the key ring: a; b. The chain of ", point.Text);
        Assert.EndsWith(" is whole (number 1 to 4).", point.Text);
    }

    [Fact]
    public void AuditLog_ThatIsEmptyBesideARing_SaysThatItDoesNotCoverIt()
    {
        var coverage = Samples.Covered with { Covers = false, Missing = ["no entry names the key ring"] };
        var point = AuditLog(log => log with { Entries = 0, Head = null, Coverage = coverage });

        Assert.Equal(ReportOutcome.Attention, point.Outcome);
        Assert.Equal("It does not cover the key ring: no entry names the key ring.", point.Text);
    }

    [Fact]
    public void AuditLog_OfADaemonThatDoesNotCompareIt_IsJudgedByItsChain() =>
        Assert.Equal(ReportOutcome.Ok, AuditLog(log => log with { Coverage = null }).Outcome);

    [Theory]
    [InlineData(2, 0, ReportOutcome.Attention, "Of 1,206 objects: 2 under an older key, counted 2026-11-24 18:00 UTC.")]
    [InlineData(0, 1, ReportOutcome.Problem, "Of 1,205 objects: 1 in the clear, counted 2026-11-24 18:00 UTC.")]
    public void Objects_NotAllUnderTheActiveKey_AreSaidFirst(long stale, long plain, string outcome, string text)
    {
        var point = Objects(scan => Samples.Scan(scan.ActiveKeyId!, s_ring, stale, plain));

        Assert.Equal((outcome, text), (point.Outcome, point.Text));
    }

    [Fact]
    public void Objects_OfAScanBeforeTheLastRotation_ProveNothing()
    {
        var point = Objects(scan => scan with { ActiveKeyId = "k1.earlier" });

        Assert.Equal(ReportOutcome.Attention, point.Outcome);
        Assert.Contains("made for the key k1.earlier, which is not the active one", point.Text);
    }

    [Fact]
    public void Objects_OfAScanOfAnotherRing_ProveNothing()
    {
        var point = Objects(scan => scan with { RingId = "another" });

        Assert.Equal(ReportOutcome.Attention, point.Outcome);
        Assert.Contains("another key ring (another)", point.Text);
    }

    [Fact]
    public void Objects_UnderAKeyThatTheRingLacks_AreAProblem()
    {
        var point = Objects(scan =>
            scan with
            {
                Objects = scan.Objects + 3,
                Unreadable = 3,
                Counts =
                [
                    .. scan.Counts,
                    new ScanCount("secrets", "kms-v2", "p", "edgekms", "k9.z", 3, "unreadable", false),
                ],
            }
        );

        Assert.Equal(ReportOutcome.Problem, point.Outcome);
        Assert.Contains("3 under a key that this key ring doesn't have: unreadable", point.Text);
    }

    [Fact]
    public void Objects_OfAScanWithAGap_AreNotSaidToBeAll()
    {
        var point = Objects(scan => scan with { Complete = false, Gaps = ["only Secrets were counted"] });

        Assert.Equal(ReportOutcome.Attention, point.Outcome);
        Assert.StartsWith("All 1,204 Secrets and ConfigMaps that were counted are encrypted", point.Text);
    }

    [Fact]
    public void Objects_OfResourcesWithoutAName_AreObjects()
    {
        var point = Objects(scan =>
            scan with
            {
                Counts = [.. scan.Counts.Select(c => c with { Resource = "widgets.example.com" })],
            }
        );

        Assert.StartsWith("All 1,204 objects are encrypted", point.Text);
    }

    [Fact]
    public void Report_OfNothing_SaysForEachPartWhyAndWhatToRun()
    {
        var report = KmsReport.Of(Samples.Nothing());

        Assert.Equal((ReportOutcome.NotChecked, "Nothing could be checked."), (report.Outcome, report.Remark));
        Assert.Equal("The stored objects were not counted: no datastore was found.", report.Verdict);
        Assert.Null(report.Rotation);
        Assert.Equal("name it with --etcd-endpoints", report.Scan.Next);
    }

    [Theory]
    [InlineData("edgekmsd was not found", "edgekmsd was not found.")]
    [InlineData("backup.directory is not set", "backup.directory is not set.")]
    [InlineData("the ring opens", "The ring opens.")]
    [InlineData("Done.", "Done.")]
    [InlineData("", "")]
    public void Sentence_OfALine_BeginsLargeUnlessItBeginsWithAName(string text, string sentence) =>
        Assert.Equal(sentence, ReportSummary.Sentence(text));

    private static ReportPoint AuditLog(Func<AuditVerifyReport, AuditVerifyReport> change)
    {
        var parts = Samples.With(Samples.Ring(Samples.Monthly(3)));
        var log = parts.AuditLog.Value!;
        var changed = log with { Verification = change(log.Verification) };
        return KmsReport
            .Of(parts with { AuditLog = new(changed, null, null) })
            .Summary.Single(p => p.Area == "audit-log");
    }

    private static ReportPoint Objects(Func<ScanReport, ScanReport> change)
    {
        var parts = Samples.With(Samples.Ring(Samples.Monthly(3)));
        return KmsReport.Of(parts with { Scan = new(change(parts.Scan.Value!), null, null) }).Summary[0];
    }
}
