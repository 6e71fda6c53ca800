using System.Diagnostics;
using EdgeKms.Cluster.ControlPlane.Children;
using EdgeKms.Cluster.ControlPlane.Readiness;

namespace EdgeKms.Cluster.Tests.ControlPlane;

public sealed class ChildrenTests
{
    [Fact]
    public void Identity_OfThisProcess_IsStableAndSurvivesItsText()
    {
        var own = ProcessIdentity.Of(Environment.ProcessId)!;
        Assert.True(own.IsAlive);
        Assert.Equal(own, ProcessIdentity.Parse(own.Text));
        Assert.False((own with { Started = own.Started + 1 }).IsAlive);
        Assert.False((own with { Boot = "another" }).IsAlive);
        Assert.Null(ProcessIdentity.Of(int.MaxValue));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("12 34")]
    [InlineData("12 34 ")]
    [InlineData("1 34 boot")]
    [InlineData("0 34 boot")]
    [InlineData("-12 34 boot")]
    [InlineData("12 x boot")]
    public void Record_ThatIsNone_NamesNoProcess(string text) => Assert.Null(ProcessIdentity.Parse(text));

    [Fact]
    public async Task Leftovers_OnlyTheProcessOfTheRecord_IsStopped()
    {
        using var directory = new TemporaryState();
        using var left = Process.Start("/bin/sleep", "600");
        using var other = Process.Start("/bin/sleep", "600");
        try
        {
            var boot = ProcessIdentity.Of(left.Id)!;
            ChildRecord.Write(directory.State, "etcd", boot);
            ChildRecord.Write(directory.State, "edgekmsd", boot with { Pid = other.Id, Started = boot.Started - 100 });
            var said = new List<string>();
            await Leftovers.StopAsync(
                directory.State,
                ["kube-apiserver", "etcd", "edgekmsd"],
                TimeSpan.FromSeconds(20),
                TimeProvider.System,
                said.Add,
                CancellationToken.None
            );
            await left.WaitForExitAsync();
            Assert.False(other.HasExited);
            Assert.Equal([$"Stopping etcd (process {left.Id}), which an earlier \"edgekms up\" left behind"], said);
            Assert.Empty(Directory.GetFiles(directory.State.At("run")));
        }
        finally
        {
            left.Kill();
            other.Kill();
        }
    }

    [Fact]
    public void Delay_OfACrashLoop_DoublesUpToThirtySeconds()
    {
        var delays = new List<double>();
        var delay = TimeSpan.Zero;
        for (var i = 0; i < 7; i++)
            delays.Add((delay = RestartDelay.Next(delay, TimeSpan.FromSeconds(59))).TotalSeconds);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], delays);
        Assert.Equal(RestartDelay.First, RestartDelay.Next(delay, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Log_LargerThanTenMegabytes_IsRotatedOnce()
    {
        using var directory = new TemporaryState();
        var log = directory.State.Log("etcd");
        ChildLog.Prepare(log);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log));
        File.WriteAllBytes(log, new byte[10 * 1024 * 1024]);
        ChildLog.Prepare(log);
        Assert.False(File.Exists(log + ".1"));
        File.AppendAllText(log, "x");
        ChildLog.Prepare(log);
        Assert.Equal((0, 10 * 1024 * 1024 + 1), (new FileInfo(log).Length, new FileInfo(log + ".1").Length));
    }

    [Fact]
    public void Tail_OfALog_IsItsLastLinesCut()
    {
        using var directory = new TemporaryState();
        var log = directory.State.Log("etcd");
        Assert.Empty(ChildLog.Tail(log, 10));
        File.WriteAllText(
            log,
            string.Concat(Enumerable.Range(1, 5000).Select(i => $"line {i}\n")) + new string('x', 400)
        );
        var tail = ChildLog.Tail(log, 3);
        Assert.Equal(["line 4999", "line 5000", new string('x', 300) + "…"], tail);
    }

    [Theory]
    [InlineData(
        "[+]ping ok\n[-]etcd failed: reason withheld\n[+]log ok\nreadyz check failed\n",
        "[-]etcd failed: reason withheld"
    )]
    [InlineData("Internal error", "/readyz answers 500")]
    public void Readyz_ThatFails_IsToldByItsFailingLines(string text, string line) =>
        Assert.Equal([line], ApiServerReadiness.Failing(500, text));
}
