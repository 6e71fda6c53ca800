using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.ControlPlane;

/// <summary>Children that die, and an <c>edgekms up</c> that does.</summary>
public sealed class SupervisionTests
{
    [Theory]
    [InlineData("etcd", "etcd is healthy at")]
    [InlineData("kube-apiserver", "kube-apiserver is ready at")]
    [InlineData("edgekmsd", "edgekmsd answers at")]
    public async Task Child_Killed_IsStartedAgainAndTheClusterWorks(string child, string again)
    {
        await using var cluster = await LocalCluster.Running();
        await cluster.CreateSecret("before", "1");
        var pid = cluster.Pid(child);
        Signal.Send(pid, Signal.Kill);
        await Eventually.Holds(
            $"{child} is there again",
            () => cluster.Up!.Output.Split('\n').Any(l => l.Contains(again) && l.EndsWith(" again"))
        );

        Assert.Contains(
            $"{child} ended with code 137; starting it again in 1 s; log: {cluster.State}/logs/{child}.log",
            cluster.Up!.Output
        );
        Assert.NotEqual(pid, cluster.Pid(child));
        await Eventually.Holds(
            "a Secret can be written",
            async () => (await cluster.Kubectl("create", "secret", "generic", "after")).Exit == 0
        );
        Assert.Equal("1", await cluster.ReadSecret("before"));
    }

    [Fact]
    public async Task Up_Killed_TakesItsChildrenAlongAndTheNextStartWorks()
    {
        await using var cluster = await LocalCluster.Running();
        await cluster.CreateSecret("before", "1");
        await cluster.Stop(Signal.Kill);
        await Eventually.Holds("no child is left", () => cluster.Processes().Count == 0);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(cluster.State, "run")).Length);

        cluster.Start();
        await cluster.Ready();
        Assert.Equal("1", await cluster.ReadSecret("before"));
    }

    [Fact]
    public async Task Leftover_OfAKilledUp_IsStoppedByTheNext()
    {
        await using var cluster = await LocalCluster.Running();
        var etcd = cluster.Pid("etcd");
        // Stopped as a whole, it can't follow the signal that comes with its parent's end.
        Signal.Send(etcd, Signal.Stop);
        await cluster.Stop(Signal.Kill);
        await Eventually.Holds("only etcd is left", () => cluster.Processes().Count == 1);
        cluster.Start();
        await Eventually.Holds(
            "it is seen",
            () => cluster.Up!.Output.Contains($"Stopping etcd (process {etcd}), which an earlier")
        );
        await cluster.Ready();
        Assert.NotEqual(etcd, cluster.Pid("etcd"));
        Assert.DoesNotContain(cluster.Processes(), p => p.StartsWith($"{etcd} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Record_OfAProcessIdThatIsUsedAgain_KillsNobody()
    {
        await using var cluster = await LocalCluster.Running();
        await cluster.Stop(Signal.Terminate);
        await using var other = RunningProcess.Start("/bin/sleep", ["600"]);
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        await File.WriteAllTextAsync(Path.Combine(cluster.State, "run", "etcd.pid"), $"{other.Pid} 1 {boot}\n");
        cluster.Start();
        await cluster.Ready();

        Assert.False(other.HasEnded);
        Assert.DoesNotContain("left behind", cluster.Up!.Output);
    }
}
