using System.Net;
using System.Net.Sockets;
using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.ControlPlane;

public sealed class PortsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public void Port_ThatSomebodyListensOn_IsNamedWithItsFlag(string address)
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var failure = Assert.Throws<CommandException>(() => LoopbackPort.Take(port, "etcd", "--etcd-port"));
        Assert.Equal(ExitCode.Busy, failure.ExitCode);
        Assert.Contains($"port {port} ", failure.Message);
        Assert.Contains("--etcd-port", failure.Hint);
    }

    [Fact]
    public void Zero_TakesAFreePort_ThatCanBeTakenAgain()
    {
        var port = LoopbackPort.Take(0, "etcd", "--etcd-port");
        Assert.InRange(port, 1, 65535);
        Assert.Equal(port, LoopbackPort.Take(port, "etcd", "--etcd-port"));
    }
}
