using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Doctor;
using EdgeKms.Daemon.Survey;

namespace EdgeKms.Daemon.Tests.Doctor;

/// <summary>Whatever a check advises: the verdict has the last word on restarts and new rings.</summary>
public sealed class SafeAdviceTests
{
    private static Check Advising(string next)
    {
        Check? check = null;
        return check = new Check("EK-TEST-001", "-", "-", false, false, _ => check!.Fail("found", next));
    }

    [Fact]
    public async Task Check_ThatAdvisesARestart_IsOverruledWhileMemoryHoldsTheRing()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();
        var restart = Advising("systemctl restart edgekmsd");
        Assert.Equal("systemctl restart edgekmsd", patient.Look(restart).Next);

        Directory.Delete(Path.Combine(patient.Settings.StateDirectory, "ring"), recursive: true);

        Assert.Equal("edgekms repair", patient.Look(restart).Next);
    }

    [Fact]
    public async Task Check_ThatAdvisesANewRing_IsOverruledWhereOneIsRemembered()
    {
        await using var bare = new Patient(withRing: false);
        Assert.Equal("edgekms init", bare.Look(Advising("edgekms init")).Next);
        await using var patient = new Patient();

        Directory.Delete(Path.Combine(patient.Settings.StateDirectory, "ring"), recursive: true);

        Assert.StartsWith("edgekms restore ", patient.Look(Advising("edgekms init")).Next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Held_OfAStatusThatNamesNoRing_IsNull()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();
        var status = AdminCall.Status(patient.Settings.AdminSocket)!;

        Assert.Equal(patient.Stored!.Ring.Header.Active.Id, LocalSurvey.Held(status)!.Header.Active.Id);
        Assert.Null(LocalSurvey.Held(status with { Ring = status.Ring! with { Keys = [] } }));
        Assert.Null(LocalSurvey.Held(status with { Ring = status.Ring! with { Digest = "ab" } }));
        Assert.Null(LocalSurvey.Held(status with { State = "sealed" }));
        Assert.Null(LocalSurvey.Held(null));
    }
}
