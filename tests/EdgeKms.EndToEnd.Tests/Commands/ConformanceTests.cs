using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary>The shortened suite on every run; .ci/conformance makes every check, restarts included.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task Daemon_AgainstTheSuiteWithRotations_BreaksNoRule()
    {
        var edgekms = Path.Combine(Path.GetDirectoryName(DaemonProgram.Path)!, "edgekms");
        if (!File.Exists(edgekms))
            Assert.Skip("edgekms is not beside edgekmsd: ./build.sh publishes both");
        await using var home = await ProviderHome.Serving();
        var rotate = $"{DaemonProgram.Path} rotate {string.Join(' ', home.Settings)}";

        var result = await RunningProcess.Run(
            edgekms,
            ["conformance", "--quick", "--socket", home.KmsSocket, "--rotate-command", rotate]
        );

        Assert.True(result.Exit == 0, result.ToString());
    }
}
