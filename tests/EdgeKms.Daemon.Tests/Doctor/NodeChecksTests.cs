using EdgeKms.Daemon.Doctor;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class NodeChecksTests
{
    [Theory]
    [InlineData("missing")]
    [InlineData("damaged")]
    [InlineData("readable by others")]
    [InlineData("of an older generation")]
    public async Task Token_ThatOpensNothing_FailsAndRepairIsNext(string how)
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Pass, patient.Look(NodeChecks.Token).Outcome);
        var old = File.ReadAllBytes(patient.Token);
        if (how == "missing")
            File.Delete(patient.Token);
        else if (how == "damaged")
            Patient.Flip(patient.Token, ^1);
        else if (how == "readable by others")
            File.SetUnixFileMode(patient.Token, File.GetUnixFileMode(patient.Token) | UnixFileMode.OtherRead);
        else
        {
            patient.Rotate();
            File.WriteAllBytes(patient.Token, old);
        }

        var found = patient.Look(NodeChecks.Token);

        Assert.Equal((Outcome.Fail, true, false), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        Assert.Equal("edgekms repair", found.Next);
    }

    [Fact]
    public async Task Token_MissingWithoutAnyOtherSlot_CanLoseData()
    {
        await using var patient = new Patient();
        patient.Replace();
        File.Delete(patient.Token);

        Assert.True(patient.Look(NodeChecks.Token).CanLoseData);
    }

    [Fact]
    public async Task Token_LockedAfterOfflineDays_FailsAndStaysShut()
    {
        await using var patient = new Patient(("node.lockAfterOfflineDays", "10"));
        patient.Machine.Time.Advance(TimeSpan.FromDays(11));

        var found = patient.Look(NodeChecks.Token);

        Assert.Equal((Outcome.Fail, true), (found.Outcome, found.StopsApiServer));
        Assert.Contains("off for 11 days", found.Text);
        Assert.Equal(Outcome.Skip, patient.Look(RingChecks.Opens).Outcome);
        Assert.Equal(Outcome.Skip, patient.Look(BackupChecks.Opens).Outcome);
    }

    [Fact]
    public async Task Age_OverTwoPeriods_Warns()
    {
        await using var patient = new Patient();
        patient.Machine.Time.Advance(TimeSpan.FromDays(60));
        Assert.Equal(Outcome.Pass, patient.Look(NodeChecks.Age).Outcome);
        patient.Machine.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Outcome.Warn, patient.Look(NodeChecks.Age).Outcome);
    }

    [Theory]
    [InlineData(false, "edgekms repair")]
    [InlineData(true, "edgekms rotate")]
    public async Task Successor_LeftByAnInterruptedChange_Warns(bool tokenToo, string next)
    {
        await using var patient = new Patient();
        File.Move(patient.Token, patient.Token + ".next");
        if (tokenToo)
            File.Copy(patient.Token + ".next", patient.Token);
        File.SetLastWriteTimeUtc(patient.Token + ".next", TestMachine.Start.AddMinutes(-1));

        var found = patient.Look(NodeChecks.Successor);

        Assert.Equal((Outcome.Warn, next), (found.Outcome, found.Next));
        Assert.Equal(Outcome.Pass, patient.Look(NodeChecks.Token).Outcome);
    }

    [Fact]
    public async Task Successor_OfAChangeUnderWay_Passes()
    {
        await using var patient = new Patient();
        File.Copy(patient.Token, patient.Token + ".next");
        File.SetLastWriteTimeUtc(patient.Token + ".next", TestMachine.Start);

        Assert.Equal(Outcome.Pass, patient.Look(NodeChecks.Successor).Outcome);
    }
}
