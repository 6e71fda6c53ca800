using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Errors;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Tests.Admin;

/// <summary>Whatever else is wrong with a daemon, the hint of its status is the verdict's.</summary>
public sealed class VerdictStatusTests
{
    [Fact]
    public async Task Status_OfAFailedSelfTestWhileMemoryHasTheOnlyCopy_AdvisesNoRestart()
    {
        using var machine = new TestMachine();
        await using var daemon = await ServingDaemon.StartAsync(machine);
        using (var material = daemon.Provider.Current.Stored!.Ring.LeaseMaterial())
            material.Span[5] ^= 0x10;
        Assert.False(daemon.Provider.SelfTest());
        Directory.Delete(Path.Combine(machine.Settings.StateDirectory, "ring"), recursive: true);

        var status = AdminCall.Status(machine.Settings.AdminSocket)!;

        Assert.Equal("held-only", status.Verdict!.Case);
        Assert.Equal("self-test-failed", status.Problem!.Code);
        Assert.Contains("edgekms repair", status.Problem.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("restart", status.Problem.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_RightAfterARepair_IsOfTheFilesAsTheyAreNow()
    {
        using var machine = new TestMachine();
        await using var daemon = await ServingDaemon.StartAsync(machine);
        var stray = Path.Combine(machine.Settings.StateDirectory, "ring", "ring-99999999");
        using (var file = File.Create(stray))
            File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal("stray", AdminCall.Status(machine.Settings.AdminSocket)!.Verdict!.Case);
        File.Delete(stray);

        AdminCall.Reload(machine.Settings.AdminSocket);

        Assert.Equal("healthy", AdminCall.Status(machine.Settings.AdminSocket)!.Verdict!.Case);
    }

    [Fact]
    public void PublicHints_OfEachError_AdviseNeitherARestartNorANewRing()
    {
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            var hint = ErrorTable.Of(code).Hint;
            Assert.DoesNotContain("systemctl", hint, StringComparison.Ordinal);
            Assert.False(hint.StartsWith("restart", StringComparison.Ordinal), hint);
            Assert.DoesNotContain(
                "run \"edgekms init\"",
                hint.Replace("never run", "", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
        }
    }
}
