using EdgeKms.Daemon.Doctor;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class RingChecksTests
{
    [Fact]
    public async Task Present_WithoutARing_FailsAndOffersInit()
    {
        await using var patient = new Patient(withRing: false);

        var found = patient.Look(RingChecks.Present);

        Assert.Equal((Outcome.Fail, true, false), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        Assert.Equal("edgekms init", found.Next);
    }

    [Fact]
    public async Task Present_WithACheckpointOnly_FailsAndNeverOffersInit()
    {
        await using var patient = new Patient();
        File.Delete(patient.Machine.RingFile(1));
        File.Delete(patient.Machine.RingFile(2));

        var found = patient.Look(RingChecks.Present);

        Assert.Equal((Outcome.Fail, true, true), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        Assert.StartsWith("edgekms restore", found.Next);
    }

    [Fact]
    public async Task Present_WithADamagedNewestGeneration_FailsAndTheOthersSkip()
    {
        await using var patient = new Patient();
        patient.Rotate(); // the older generations lack the key that was used last
        Patient.Flip(patient.Machine.RingFile(3), 0);
        Directory.Delete(patient.Settings.BackupDirectory!, recursive: true);

        var found = patient.Look(RingChecks.Present);

        Assert.Equal((Outcome.Fail, true), (found.Outcome, found.CanLoseData));
        Assert.StartsWith("put the newer generation back", found.Next);
        Assert.Equal(Outcome.Skip, patient.Look(RingChecks.Opens).Outcome);
        Assert.Equal(Outcome.Skip, patient.Look(RingChecks.Rotation).Outcome);
    }

    [Fact]
    public async Task Present_OfANewerVersion_SaysUpgradeAndNotThatDataCanBeLost()
    {
        await using var patient = new Patient();
        var file = patient.Machine.RingFile(2);
        File.WriteAllText(file, "edgekms-ring/2\n");

        var found = patient.Look(RingChecks.Present);

        Assert.Equal((Outcome.Fail, true, false), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        Assert.StartsWith("upgrade EdgeKms", found.Next);
    }

    [Fact]
    public async Task Opens_AfterABitFlippedInTheBody_Fails()
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Pass, patient.Look(RingChecks.Opens).Outcome);
        Patient.Flip(patient.Machine.RingFile(2), ^1);

        var found = patient.Look(RingChecks.Opens);

        Assert.Equal((Outcome.Fail, true, true), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        Assert.Equal(Outcome.Pass, patient.Look(RingChecks.Present).Outcome);
        Assert.Equal(Outcome.Pass, patient.Look(NodeChecks.Token).Outcome);
    }

    [Fact]
    public async Task Opens_WithoutANodeToken_IsSkipped()
    {
        await using var patient = new Patient();
        File.Delete(patient.Token);

        Assert.Equal(Outcome.Skip, patient.Look(RingChecks.Opens).Outcome);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(-1, true)]
    [InlineData(-1, false)]
    public async Task OlderGenerations_AfterABitFlipped_WarnsAndNamesTheGeneration(int at, bool withToken)
    {
        await using var patient = new Patient();
        patient.Rotate();
        if (!withToken)
            File.Delete(patient.Token);
        Assert.Equal(Outcome.Pass, patient.Look(RingChecks.OlderGenerations).Outcome);
        Patient.Flip(patient.Machine.RingFile(2), at < 0 ? ^1 : at);

        var found = patient.Look(RingChecks.OlderGenerations);

        Assert.Equal(Outcome.Warn, found.Outcome);
        Assert.EndsWith("generation 2", found.Text);
    }

    [Fact]
    public async Task OlderGenerations_OfAnEarlierRingKey_AreWhole()
    {
        await using var patient = new Patient();
        patient.Rekey();
        patient.Rotate();

        Assert.Equal("whole: 3 older generations", patient.Look(RingChecks.OlderGenerations).Text);
    }

    [Fact]
    public async Task Rotation_Overdue_WarnsAnHourLater()
    {
        await using var patient = new Patient();
        patient.Machine.Time.Advance(TimeSpan.FromDays(30) + TimeSpan.FromMinutes(59));
        Assert.Equal(Outcome.Pass, patient.Look(RingChecks.Rotation).Outcome);
        patient.Machine.Time.Advance(TimeSpan.FromMinutes(1));

        var found = patient.Look(RingChecks.Rotation);

        Assert.Equal((Outcome.Warn, "systemctl start edgekmsd"), (found.Outcome, found.Next));
    }

    [Fact]
    public async Task Rotation_Paused_Warns()
    {
        await using var patient = new Patient(("rotation.paused", "true"));

        Assert.Equal(Outcome.Warn, patient.Look(RingChecks.Rotation).Outcome);
    }

    [Fact]
    public async Task Rotation_WithAClockBehind_IsSkipped()
    {
        await using var patient = new Patient { ClockOffset = TimeSpan.FromDays(-1) };

        Assert.Equal(Outcome.Skip, patient.Look(RingChecks.Rotation).Outcome);
    }

    [Theory]
    [InlineData(4_000, "30d", "Pass", "4000 of 4096 keys: room until 2034-11-12T03:00:00Z at this period")]
    [InlineData(4_095, "30d", "Warn", "4095 of 4096 keys: full in 60 days at this period, on 2027-01-23T03:00:00Z")]
    [InlineData(4_000, "1h", "Warn", "4000 of 4096 keys: full in 4 days at this period, on 2026-11-28T04:00:00Z")]
    [InlineData(4_096, "30d", "Fail", "4096 of 4096 keys: nothing is rotated until a retired one is destroyed")]
    public async Task KeyCount_OfARing_SaysByDate(int count, string period, string outcome, string text)
    {
        await using var patient = new Patient(("rotation.period", period));
        var header = patient.Stored!.Ring.Header;
        var old = header.Active with { Retired = TestMachine.Start };
        header = header with { Keys = [.. Enumerable.Repeat(old, count - 1), header.Active] };

        var found = RingChecks.Room(header, patient.Settings.RotationPeriod, TestMachine.Start);

        Assert.Equal((outcome, text), (found.Outcome.ToString(), found.Text));
        Assert.Equal(outcome != "Pass", found.Next?.Contains($"keys destroy {old.Id} --evidence scan.json") ?? false);
        Assert.Equal(Outcome.Pass, patient.Look(RingChecks.KeyCount).Outcome);
    }
}
