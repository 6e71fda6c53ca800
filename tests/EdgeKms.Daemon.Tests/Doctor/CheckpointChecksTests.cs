using EdgeKms.Daemon.Doctor;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class CheckpointChecksTests
{
    [Theory]
    [InlineData("0", false)]
    [InlineData("30", true)]
    public async Task Checkpoint_Missing_WarnsAndStopsTheServerOnlyWhereTheNodeLocks(string days, bool stops)
    {
        await using var patient = new Patient(("node.lockAfterOfflineDays", days));
        Assert.Equal(Outcome.Pass, patient.Look(CheckpointChecks.Authentic).Outcome);
        File.Delete(patient.Checkpoint);

        var found = patient.Look(CheckpointChecks.Authentic);

        Assert.Equal((Outcome.Warn, stops, "edgekms repair"), (found.Outcome, found.StopsApiServer, found.Next));
    }

    [Theory]
    [InlineData("edgekms-checkpoint", "edgekms-chekcpoint")]
    [InlineData("seen 2026", "seen 2025")]
    public async Task Checkpoint_Changed_Warns(string from, string to)
    {
        await using var patient = new Patient();
        File.WriteAllText(patient.Checkpoint, File.ReadAllText(patient.Checkpoint).Replace(from, to));

        var found = patient.Look(CheckpointChecks.Authentic);

        Assert.Equal((Outcome.Warn, "the checkpoint is damaged"), (found.Outcome, found.Text));
    }

    [Fact]
    public async Task Checkpoint_OfANewerGeneration_FailsAndDataCanBeLost()
    {
        await using var patient = new Patient();
        patient.Rotate();
        File.Delete(patient.Machine.RingFile(3));

        var found = patient.Look(CheckpointChecks.Authentic);

        Assert.Equal((Outcome.Fail, true, true), (found.Outcome, found.StopsApiServer, found.CanLoseData));
    }

    [Fact]
    public async Task Checkpoint_OfAnotherRing_Fails()
    {
        await using var patient = new Patient();
        await using var other = new Patient();
        File.WriteAllBytes(patient.Checkpoint, File.ReadAllBytes(other.Checkpoint));

        var found = patient.Look(CheckpointChecks.Authentic);

        Assert.Equal((Outcome.Fail, true), (found.Outcome, found.StopsApiServer));
    }

    [Fact]
    public async Task Checkpoint_BehindTheRing_Warns()
    {
        await using var patient = new Patient();
        var before = File.ReadAllBytes(patient.Checkpoint);
        patient.Rotate();
        File.WriteAllBytes(patient.Checkpoint, before);

        var found = patient.Look(CheckpointChecks.Authentic);

        Assert.Equal(Outcome.Warn, found.Outcome);
        Assert.Contains("names generation 2, the newest is 3", found.Text);
    }

    [Fact]
    public async Task Seen_MoreThanTwoDaysAgoWhileADaemonRuns_Warns()
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Skip, patient.Look(CheckpointChecks.Seen).Outcome);
        await patient.StartDaemonAsync();
        Assert.Equal(Outcome.Pass, patient.Look(CheckpointChecks.Seen).Outcome);
        patient.ClockOffset = TimeSpan.FromDays(2) + TimeSpan.FromSeconds(1);

        Assert.Equal(Outcome.Warn, patient.Look(CheckpointChecks.Seen).Outcome);
    }
}
