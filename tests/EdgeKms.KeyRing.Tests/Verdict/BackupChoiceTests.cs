using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static EdgeKms.KeyRing.Tests.Verdict.KnownMachine;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>Which backup is named, what is shown behind it, and what a backup or the audit log proves.</summary>
public sealed class BackupChoiceTests
{
    private static SurveyedBackup Lacking(int generation) =>
        new("/mnt/usb/lacks", Header(generation, keys: 2), Proof.Proven);

    private static List<string?> Commands(MachineSurvey survey) =>
        [.. BackupChoice.WaysBack(survey).Select(w => w.Command)];

    [Fact]
    public void Best_OfManyBackups_IsTheNewestOfTheRingThatHasTheKey()
    {
        var survey = Bare with
        {
            Backups = [Saved(9, Given.OtherRingId), Saved(8, proof: Proof.Disproven), Lacking(7), Saved(4), Saved(3)],
        };

        Assert.Equal(4, BackupChoice.Best(survey, Given.RingId, Key(3))!.Header.Generation);
        Assert.Equal(7, BackupChoice.Best(survey, Given.RingId, null)!.Header.Generation);
    }

    [Fact]
    public void Best_OfABackupWhereTheKeyIsDestroyed_IsNone()
    {
        var header = Header(3);
        header = header with { Keys = [header.Keys[0] with { Destroyed = Given.Monday }, .. header.Keys.Skip(1)] };

        var survey = Bare with { Backups = [new SurveyedBackup("/b", header, Proof.Proven)] };

        Assert.Null(BackupChoice.Best(survey, Given.RingId, Key(1)));
        Assert.NotNull(BackupChoice.Best(survey, Given.RingId, Key(2)));
    }

    [Fact]
    public void Of_ALostRing_NamesTheNewestBackupOfEachRingAndThatOfItsOwnFirst()
    {
        var verdict = Judge.Of(
            Bare with
            {
                Backups = [Saved(9, proof: Proof.Disproven), Saved(2), Saved(4), Saved(5, Given.OtherRingId)],
                Audit = LogOf(4),
            }
        );

        Assert.Equal(
            ["edgekms restore /mnt/usb/edgekms-4.backup", "edgekms restore /mnt/usb/edgekms-5.backup"],
            verdict.Ways.Select(w => w.Command)
        );
    }

    [Fact]
    public void WaysBack_WhereNobodyKnowsTheLastKey_NameNoBackupThatIsOlderThanTheDisk()
    {
        var survey = Whole(4) with { Mark = SurveyedMark.None, Backups = [Saved(2)] };

        Assert.Equal([null, "edgekms repair --accept-rollback 'no newer backup exists'"], Commands(survey));
    }

    [Theory]
    [InlineData(1, "edgekms repair --accept-rollback 'no newer backup exists'")]
    [InlineData(4, "edgekms restore /mnt/usb/lacks --force 'no newer backup exists'")]
    public void WaysBack_WhereNoBackupHasTheLastKey_ShowTheNewerOfDiskAndBackup(int backup, string last)
    {
        var survey = Whole() with { Generations = [File(2)], Backups = [Lacking(backup)] };

        Assert.Equal([null, last], Commands(survey));
    }

    [Fact]
    public void WaysBack_WhereABackupHasTheLastKey_ShowNoForcedOne()
    {
        var survey = Whole() with { Generations = [File(2)], Backups = [Saved(3)] };

        Assert.Equal("edgekms restore /mnt/usb/edgekms-3.backup", Commands(survey)[0]);
        Assert.DoesNotContain(Commands(survey), c => c!.Contains("--force", StringComparison.Ordinal));
    }

    [Fact]
    public void InTheLog_OfALaterGenerationOrAKeyThatIsLacking_Counts()
    {
        var withoutANewKey = Log(
            (AuditEvent.RingCreated, 1, 0),
            (AuditEvent.KeyCreated, 1, 1),
            (AuditEvent.KeyCreated, 2, 2),
            (AuditEvent.BackedUp, 3, 0)
        );

        Assert.Contains("tells of generation 3", Evidence.InTheLog(Header(2), withoutANewKey));
        Assert.Contains($"tells of {Key(3)}", Evidence.InTheLog(Header(3, keys: 2), LogOf(3)));
        Assert.Null(Evidence.InTheLog(Header(3), LogOf(3)));
        Assert.Null(Evidence.InTheLog(Header(1, ring: Given.OtherRingId), LogOf(3)));
    }

    [Fact]
    public void InBackups_OnlyAGenuineLaterOneOfThisRing_Counts()
    {
        Assert.Null(Evidence.InBackups(Header(2), [Saved(3, proof: Proof.Unknown)]));
        Assert.Null(Evidence.InBackups(Header(2), [Saved(3, proof: Proof.Disproven)]));
        Assert.Null(Evidence.InBackups(Header(2), [Saved(3, Given.OtherRingId)]));
        Assert.Null(Evidence.InBackups(Header(2), [Saved(2), Saved(1)]));
        Assert.Contains("a backup of generation 4", Evidence.InBackups(Header(2), [Saved(3), Saved(4)]));
    }
}
