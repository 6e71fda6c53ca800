using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary>The shortened suite on every run; .ci/conformance makes every check, restarts included.</summary>
public sealed class ConformanceTests
{
    [Theory]
    [InlineData("false", "1-98", true)]
    [InlineData("true", "1-5,67-75", false)]
    public async Task Daemon_AgainstTheSuiteWithRotations_BreaksNoRule(string v1, string checks, bool skipsV1)
    {
        var edgekms = Path.Combine(Path.GetDirectoryName(DaemonProgram.Path)!, "edgekms");
        if (!File.Exists(edgekms))
            Assert.Skip("edgekms is not beside edgekmsd: ./build.sh publishes both");
        await using var home = await ProviderHome.Serving("--kms-v1", v1);
        var rotate = $"{DaemonProgram.Path} rotate {string.Join(' ', home.Settings)}";

        var result = await RunningProcess.Run(
            edgekms,
            ["conformance", "--quick", "--checks", checks, "--socket", home.KmsSocket, "--rotate-command", rotate]
        );

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(skipsV1, result.Output.Contains("does not offer v1beta1", StringComparison.Ordinal));
    }
}
