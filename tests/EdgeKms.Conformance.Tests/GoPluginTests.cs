using EdgeKms.Cluster.Conformance;
using EdgeKms.Conformance.Tests.Plugin;

namespace EdgeKms.Conformance.Tests;

/// <summary>The checks against a plugin that this project did not write, on gRPC's Go server.</summary>
public class GoPluginTests
{
    private const string Absent = "kmsv2-testplugin is neither in $EDGEKMS_K8S_BIN nor in ~/.cache/edgekms/testbed/bin";

    /// <summary>Latency, which a machine under load may not keep.</summary>
    private static readonly string[] Latencies = ["26", "42", "55"];

    /// <summary>
    /// What the Go test plugin really does not keep.
    /// 44: it reads the key id from its file at every call, so Encrypt uses a new key before Status has announced it.
    /// 52: its annotation "alg.kmsv2-testplugin.local" is written and never looked at again.
    /// 53: k8s.io/kms passes its handler's errors on as they are: UNKNOWN, not INVALID_ARGUMENT.
    /// </summary>
    private const string NotKept = "44w,52w,53";

    [Fact]
    public async Task Run_GoPlugin_KeepsAllRulesButThree()
    {
        var binary = GoPlugin.Find();
        Assert.SkipWhen(binary is null, Absent);
        await using var plugin = new GoPlugin(binary!);
        await plugin.StartAsync();

        var report = await ConformanceRun.RunAsync(
            new ConformanceOptions
            {
                Plugin = TestRun.Address(plugin.Socket),
                Rotate = plugin.Rotate.RunAsync,
                Restart = plugin.Restart.RunAsync,
                Kill = plugin.Kill.RunAsync,
                Kubernetes = new Version(1, 27),
                Timeout = TimeSpan.FromMinutes(1),
                Quick = true,
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(NotKept, TestRun.Complaints(report, Latencies, TestContext.Current.TestOutputHelper));
        Assert.Equal(
            // 3, 67 to 74: it has v1beta1 on another socket only. 7: a path. 12: --quick. 30: healthy. 51: no other installation.
            "3,7,12,30,51,67,68,69,70,71,72,74",
            string.Join(',', report.Checks.Where(c => c.Outcome == Outcome.Skip).Select(c => c.Number))
        );
    }

    /// <summary>
    /// The Go test plugin makes its key from the key id alone, so every installation has the same keys.
    /// </summary>
    [Fact]
    public async Task Run_TwoGoPlugins_DecryptEachOthersCiphertexts()
    {
        var binary = GoPlugin.Find();
        Assert.SkipWhen(binary is null, Absent);
        await using var plugin = new GoPlugin(binary!);
        await using var other = new GoPlugin(binary!);
        await plugin.StartAsync();
        await other.StartAsync();
        Assert.True(CheckSelection.TryParse("51", out var selection, out _));

        var report = await ConformanceRun.RunAsync(
            new ConformanceOptions
            {
                Plugin = TestRun.Address(plugin.Socket),
                Other = TestRun.Address(other.Socket),
                Checks = selection,
            },
            TestContext.Current.CancellationToken
        );

        Assert.Equal("51w", TestRun.Complaints(report, Latencies, TestContext.Current.TestOutputHelper));
    }
}
