using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary>The shortened suite on every run; .ci/conformance makes every check, restarts included.</summary>
public sealed class ConformanceTests
{
    /// <summary>Section F included, and held to be a plugin for Kubernetes 1.29, for which checks 6 and 7 are rules.</summary>
    [Theory]
    [InlineData("localhost", "false")]
    [InlineData("localhost", "true")]
    [InlineData("encoded", "true")]
    [InlineData("path", "true")]
    [InlineData("name", "true")]
    [InlineData("empty", "true")]
    [InlineData("none", "true")]
    public async Task Daemon_AgainstTheSuiteWithEachAuthority_BreaksNoRule(string authority, string v1)
    {
        await using var home = await ProviderHome.Serving("--kms-v1", v1);
        var rotate = $"{DaemonProgram.Path} rotate {string.Join(' ', home.Settings)}";

        var result = await RunningProcess.Run(
            CommandProgram.Path,
            [
                "conformance",
                "--quick",
                "--kubernetes",
                "1.29",
                "--authority",
                authority,
                "--socket",
                home.KmsSocket,
                "--rotate-command",
                rotate,
            ]
        );

        Assert.True(result.Exit == 0, result.ToString());
        foreach (var check in new[] { "5", "6", "8" })
            Assert.Matches($@"(?m)^\s*{check} .*pass", result.Output);
        foreach (var check in new[] { "67", "74" })
            Assert.Matches($@"(?m)^\s*{check} .*{(v1 == "true" ? "pass" : "skip")}", result.Output);
    }
}
