using System.Text.RegularExpressions;
using EdgeKms.Cli.Report;
using EdgeKms.Cli.Report.Html;

namespace EdgeKms.Cli.Tests.Report.Html;

public class ReportPageTests
{
    public static TheoryData<string> Names => [.. Samples.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Page_OfAnyReport_LoadsAndRunsNothing(string sample)
    {
        var page = ReportPage.Write(Samples.All[sample]());

        Assert.StartsWith("<!doctype html>\n<html lang=\"en\">", page);
        Assert.DoesNotMatch(@"(?i)<(script|link|img|iframe|object|embed|base|form|input)\b", page);
        Assert.DoesNotMatch(@"(?i)\s(on[a-z]+|src|style)\s*=\s*""", page);
        Assert.All(
            Regex.Matches(page, @"href=""(.*?)"""),
            link => Assert.StartsWith("#", link.Groups[1].Value, StringComparison.Ordinal)
        );
        Assert.All(Regex.Matches(page, @"url\((.*?)\)"), url => Assert.Equal("#hatching", url.Groups[1].Value));
    }

    [Theory, MemberData(nameof(Names))]
    public void Page_OfAnyReport_HasEachIdOnceAndEachReferenceSomewhere(string sample)
    {
        var page = ReportPage.Write(Samples.All[sample]());
        var ids = Regex.Matches(page, @"\sid=""(.*?)""").Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(ids.Distinct(), ids);
        var references = Regex
            .Matches(page, @"(?:aria-labelledby|href)=""#?(.*?)""")
            .SelectMany(m => m.Groups[1].Value.Split(' '));
        Assert.Empty(references.Except(ids));
    }

    [Fact]
    public void Page_KeptConfigurations_AreNamedAmongTheBackups()
    {
        const string Kept = "2 kept copies, private: enc.yaml.before-migration-1 (2026-11-24)";
        var findings = new[] { "EK-RING-001", "EK-BACKUP-002", "EK-CONF-003", "EK-CONF-001" }.Select(id =>
            Samples.Finding(id, "pass", Kept)
        );
        var report = Samples.All.First().Value();
        var checks = findings.Where(BackupHistory.Concerns).ToList();

        Assert.Equal(["EK-BACKUP-002", "EK-CONF-003"], checks.Select(c => c.Id));
        var page = ReportPage.Write(report with { Backups = report.Backups with { Checks = checks } });
        Assert.Contains(Kept, page);
    }

    [Fact]
    public void Page_OfHostileNames_HoldsThemEscapedAlone()
    {
        var page = ReportPage.Write(Samples.All["hostile"]());

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202e', page);
        Assert.Single(Regex.Matches(page, "</style>"));
        Assert.True(Regex.Count(page, "&lt;script&gt;alert") > 40);
    }

    [Fact]
    public void Page_OfTheUsualReport_ShowsEveryPart()
    {
        var page = ReportPage.Write(Samples.All["usual"]());

        foreach (
            var text in new[]
            {
                "All 1,204 Secrets and ConfigMaps are encrypted under the active key, proven 2026-11-24 18:00 UTC.",
                "v1.36.2+k3s1",
                "Covers the key ring",
                "edge-042",
                "k8s:enc:kms:v2:edgekms:",
                "late by 17 days",
                "argon2id m=65536 t=3 p=1",
                "EK-DISK-001",
                "recovery code",
                "/mnt/backup/edgekms",
                "key-destroyed",
                "datetime=\"2026-11-24T18:00:00Z\"",
            }
        )
            Assert.Contains(text, page);
    }

    [Fact]
    public void Page_WithPartsThatWereNotChecked_SaysWhyAndWhatToRun()
    {
        var page = ReportPage.Write(Samples.All["nothing"]());

        Assert.Contains("Not checked: no datastore was found.", page);
        Assert.Contains("name it with --etcd-endpoints", page);
        Assert.DoesNotContain("<svg", page);
    }
}
