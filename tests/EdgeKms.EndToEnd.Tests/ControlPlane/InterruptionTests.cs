using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.ControlPlane;

/// <summary>Ctrl-C at any moment of the start.</summary>
public sealed class InterruptionTests
{
    [Theory]
    [InlineData("Using ")]
    [InlineData("Made 5 certificates")]
    [InlineData("Starting edgekmsd")]
    [InlineData("edgekmsd answers")]
    [InlineData("Starting etcd")]
    [InlineData("etcd is healthy")]
    [InlineData("Starting kube-apiserver")]
    [InlineData("Waiting for kube-apiserver")]
    [InlineData("ready: ")]
    public async Task Interrupt_AtAStep_LeavesNoProcessAndTheNextStartWorks(string step)
    {
        await using var cluster = await LocalCluster.Create();
        cluster.Start();
        await Eventually.Holds(step, () => cluster.Up!.Output.Contains(step, StringComparison.Ordinal));
        var exit = await cluster.Stop(Signal.Interrupt);
        Assert.Empty(cluster.Processes());
        Assert.Contains(exit, cluster.Up!.Output.Contains("ready: ", StringComparison.Ordinal) ? [0] : new[] { 130 });
        Assert.Equal("", cluster.Up.Error);

        cluster.Start();
        await cluster.Ready();
        await cluster.CreateSecret("a", "b");
    }

    [Fact]
    public async Task Interrupt_FromATerminal_ReachesNoChild()
    {
        await using var cluster = await LocalCluster.Running();
        var session = Session(cluster.Up!.Pid);
        foreach (var child in new[] { "edgekmsd", "etcd", "kube-apiserver" })
        {
            Assert.NotEqual(session, Session(cluster.Pid(child)));
            Assert.Equal(cluster.Pid(child), Session(cluster.Pid(child)));
        }
    }

    /// <summary>Field 6 of /proc/PID/stat.</summary>
    private static int Session(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[3]);
    }
}
