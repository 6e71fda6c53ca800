using EdgeKms.Daemon.Doctor;
using EdgeKms.KeyRing.Backup;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class BackupChecksTests
{
    [Fact]
    public async Task Configured_Nothing_Warns()
    {
        await using var patient = new Patient(("backup.directory", ""));

        var found = patient.Look(BackupChecks.Configured);

        Assert.Equal((Outcome.Warn, true), (found.Outcome, found.CanLoseData));
        Check[] others = [BackupChecks.UpToDate, BackupChecks.Opens, BackupChecks.Elsewhere];
        Assert.All(others, check => Assert.Equal(Outcome.Skip, patient.Look(check).Outcome));
    }

    [Theory]
    [InlineData("false", "Warn")]
    [InlineData("true", "Fail")]
    public async Task Configured_AFolderThatIsNotThere_FailsWhereItIsRequired(string required, string outcome)
    {
        await using var patient = new Patient(("backup.required", required));
        Assert.Equal(Outcome.Pass, patient.Look(BackupChecks.Configured).Outcome);
        Directory.Delete(patient.Settings.BackupDirectory!, recursive: true);

        Assert.Equal(outcome, patient.Look(BackupChecks.Configured).Outcome.ToString());
        Assert.Equal(Outcome.Skip, patient.Look(BackupChecks.Opens).Outcome);
        Assert.Equal(Outcome.Skip, patient.Look(BackupChecks.Elsewhere).Outcome);
    }

    [Fact]
    public async Task UpToDate_WithoutTheNewestGeneration_Warns()
    {
        await using var patient = new Patient();
        patient.Machine.Time.Advance(TimeSpan.FromDays(3));
        Assert.Contains("generation 2, 3 days old", patient.Look(BackupChecks.UpToDate).Text);
        patient.Rotate();
        File.Delete(Newest(patient));

        var found = patient.Look(BackupChecks.UpToDate);

        Assert.Equal((Outcome.Warn, true, "edgekms backup"), (found.Outcome, found.CanLoseData, found.Next));
        Assert.EndsWith("the ring is generation 3", found.Text);
    }

    [Fact]
    public async Task UpToDate_WithoutAnyBackup_Warns()
    {
        await using var patient = new Patient();
        foreach (var file in Directory.EnumerateFiles(patient.Settings.BackupDirectory!))
            File.Delete(file);

        Assert.Contains("there is no backup", patient.Look(BackupChecks.UpToDate).Text);
        Assert.Equal(Outcome.Skip, patient.Look(BackupChecks.Opens).Outcome);
    }

    [Fact]
    public async Task Opens_ADamagedBackup_Fails()
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Pass, patient.Look(BackupChecks.Opens).Outcome);
        Patient.Flip(Newest(patient), ^1);

        var found = patient.Look(BackupChecks.Opens);

        Assert.Equal((Outcome.Fail, true), (found.Outcome, found.CanLoseData));
        Assert.Equal(Outcome.Skip, patient.Look(BackupChecks.UpToDate).Outcome);
    }

    [Fact]
    public async Task Opens_ABackupThatWasForgedWithItsDigest_Fails()
    {
        await using var patient = new Patient();
        var ring = File.ReadAllBytes(patient.Machine.RingFile(2));
        ring[^1] ^= 1;
        File.WriteAllBytes(Newest(patient), BackupFile.Write(ring));

        var found = patient.Look(BackupChecks.Opens);

        Assert.Equal(Outcome.Fail, found.Outcome);
        Assert.EndsWith("was changed: it does not open", found.Text);
    }

    [Fact]
    public async Task Opens_ABackupOfAnEarlierRingKey_IsSkipped()
    {
        await using var patient = new Patient();
        patient.Rekey();
        File.Delete(Newest(patient));

        Assert.Contains("an earlier ring key", patient.Look(BackupChecks.Opens).Text);
        Assert.Equal(Outcome.Warn, patient.Look(BackupChecks.UpToDate).Outcome);
    }

    [Fact]
    public async Task Elsewhere_OnTheSameFileSystem_Warns()
    {
        await using var patient = new Patient();

        Assert.Equal(Outcome.Warn, patient.Look(BackupChecks.Elsewhere).Outcome);
    }

    private static string Newest(Patient patient) =>
        Directory.EnumerateFiles(patient.Settings.BackupDirectory!).Order(StringComparer.Ordinal).Last();
}
