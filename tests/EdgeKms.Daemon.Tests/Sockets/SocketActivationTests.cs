using EdgeKms.Daemon.Sockets;

namespace EdgeKms.Daemon.Tests.Sockets;

/// <summary>What must not be taken; that inherited sockets serve is tested with real processes in EndToEnd.</summary>
public sealed class SocketActivationTests
{
    [Theory]
    [InlineData(null, "1")]
    [InlineData("4711", "1")] // meant for another process
    [InlineData("42", null)]
    [InlineData("42", "0")]
    [InlineData("42", "3")]
    [InlineData("42", "many")]
    public void Take_OfAnotherProcessOrNonsense_TakesNothing(string? pid, string? count)
    {
        var environment = new Dictionary<string, string?> { ["LISTEN_PID"] = pid, ["LISTEN_FDS"] = count };

        Assert.Empty(SocketActivation.Take(n => environment.GetValueOrDefault(n), 42));
    }
}
