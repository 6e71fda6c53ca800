using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary><c>--abort</c> leads to what wrote before, never to less.</summary>
public sealed class AbortTests
{
    private const string Kms =
        """      - kms: { apiVersion: v2, name: edgekms, endpoint: "unix://KMS_SOCKET", timeout: 3s }""";

    private const string Key =
        "      - aescbc: { keys: [ { name: key1, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= } ] }";

    private const string Identity = "      - identity: {}";

    [Theory]
    [InlineData("identity")]
    [InlineData("aescbc")]
    public async Task Abort_KmsWithAnotherBehind_StoresNothingWithTheOther(string other)
    {
        var behind = other == "identity" ? Identity : Key;
        await using var cluster = await MovingCluster.Start($"{Kms}\n{behind}", secrets: 20);
        var before = await File.ReadAllTextAsync(cluster.Config);
        await using (
            var running = RunningProcess.Start(
                CommandProgram.Path,
                cluster.Command(["--to", "kms", .. cluster.Etcd, "--restart-command", cluster.RestartCommand])
            )
        )
        {
            // The other one is gone from the file, and the API server is about to take that.
            await Eventually.Holds(
                "the last wait",
                async () =>
                    running.HasEnded
                    || !(await File.ReadAllTextAsync(cluster.Config)).Contains(other + ":", StringComparison.Ordinal)
            );
            running.Send(Signal.Kill);
            await running.Ended();
        }
        Assert.True(File.Exists(cluster.Journal));
        await cluster.Settled();
        await cluster.AllAreReadable();

        var back = await cluster.Migrate("--abort");

        Assert.True(back.Exit == 0, back.ToString());
        Assert.Equal(before, await File.ReadAllTextAsync(cluster.Config));
        await cluster.AllAreReadable();
        // Each form that each Secret ever had, the probes of the migration among them.
        var forms = await cluster.Store.History("/registry/secrets/");
        Assert.True(forms.Count >= 20, $"{forms.Count} forms");
        Assert.All(
            forms,
            f => Assert.True(f.Value.AsSpan().StartsWith("k8s:enc:kms:v2:edgekms:"u8), $"{f.Key} was stored by another")
        );
    }
}
