using EdgeKms.Daemon.Doctor;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class ClockChecksTests
{
    [Fact]
    public async Task Clock_BehindTheLastTimeSeen_Warns()
    {
        await using var patient = new Patient();
        Assert.Equal(Outcome.Pass, patient.Look(ClockChecks.AgainstTheRing).Outcome);
        patient.ClockOffset = TimeSpan.FromSeconds(-1);

        Assert.Equal(Outcome.Warn, patient.Look(ClockChecks.AgainstTheRing).Outcome);
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("90", true)]
    public async Task Clock_YearsAhead_WarnsAndStopsTheServerWhereTheNodeLocks(string lockAfterDays, bool stops)
    {
        await using var patient = new Patient(("node.lockAfterOfflineDays", lockAfterDays));
        patient.Machine.Time.Advance(TimeSpan.FromDays(730));
        Assert.Equal(Outcome.Pass, patient.Look(ClockChecks.AgainstTheRing).Outcome);
        patient.Machine.Time.Advance(TimeSpan.FromDays(1));

        var found = patient.Look(ClockChecks.AgainstTheRing);

        Assert.Equal((Outcome.Warn, stops), (found.Outcome, found.StopsApiServer));
    }

    [Theory]
    [InlineData(0x2001, "Pass")]
    [InlineData(0x41, "Warn")]
    [InlineData(null, "Skip")]
    public void Kernel_Status_Says(int? status, string outcome) =>
        Assert.Equal(outcome, ClockChecks.OfKernel(status).Outcome.ToString());

    [Fact]
    public void Kernel_OfThisMachine_AnswersWithAStatusThatItCanHave() =>
        Assert.True(KernelCalls.ClockStatus() is null or (>= 0 and <= 0xFFFF));
}
