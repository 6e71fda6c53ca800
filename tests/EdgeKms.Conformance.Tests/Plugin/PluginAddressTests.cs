using System.Net.Sockets;
using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests.Plugin;

public class PluginAddressTests
{
    [Theory]
    [InlineData("/run/edgekms/kms.sock", "/run/edgekms/kms.sock", "%2Frun%2Fedgekms%2Fkms.sock")]
    [InlineData("unix:///run/x.sock", "/run/x.sock", "%2Frun%2Fx.sock")]
    [InlineData("@name", "@name", "@name")]
    [InlineData("unix:///@name", "@name", "@name")]
    public void TryParse_Endpoint_GivesAddressAndOldAuthority(string text, string address, string authority)
    {
        Assert.True(PluginAddress.TryParse(text, out var parsed));

        Assert.Equal(address, parsed!.Text);
        Assert.Equal(authority, parsed.DefaultAuthority);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("unix://")]
    public void TryParse_Nothing_IsRefused(string text) => Assert.False(PluginAddress.TryParse(text, out _));

    [Fact]
    public async Task Connect_AbstractName_ReachesIt()
    {
        var name = $"edgekms-test-{Environment.ProcessId}";
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint('\0' + name));
        listener.Listen();

        using var socket = await TestRun.Address("@" + name).ConnectAsync(CancellationToken.None);

        Assert.True(socket.Connected);
    }

    [Fact]
    public async Task Run_NobodyListens_SaysThatThePluginIsUnreachable() =>
        await Assert.ThrowsAsync<SocketException>(() =>
            ConformanceRun.RunAsync(
                new ConformanceOptions { Plugin = TestRun.Address("/nonexistent/kms.sock") },
                CancellationToken.None
            )
        );
}
