using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary><c>edgekms migrate</c> on the real API server.</summary>
public sealed class MigrateTests
{
    private const string Identity = "      - identity: {}";
    private const string Plain = "k8s\0";
    private const string Kms = "k8s:enc:kms:v2:edgekms:";

    // A key of a test, which kube-apiserver's documentation makes in the same way: head -c 32 /dev/urandom | base64.
    private const string Key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static string LocalKey(string kind) =>
        $"""
                  # the key of 2024
                  - {kind}:
                      keys:
                        - name: key1
                          secret: {Key}
                  - identity: {"{}"}
            """;

    [Fact]
    public async Task Migrate_InAFullCircle_LosesNoSecret()
    {
        const int Secrets = 60;
        await using var cluster = await MovingCluster.Start(Identity, Secrets);
        var before = await File.ReadAllTextAsync(cluster.Config);
        Assert.Equal(Secrets, await cluster.StoredWith(Plain));

        await Step(["--from", "identity", "--to", "kms"], Kms, "name: \"edgekms\"", "identity");
        await Step(
            ["--from", "kms", "--to", "kms", "--provider-name", "till"],
            "k8s:enc:kms:v2:till:",
            "name: \"till\"",
            "edgekms\""
        );
        await Step(["--from", "kms", "--to", "identity", "--provider-name", "till"], Plain, "identity", "kms");
        Assert.Equal(
            before.Where(c => c != ' '),
            string.Concat(
                    (await File.ReadAllLinesAsync(cluster.Config))
                        .Where(l => !l.Contains("# First"))
                        .Select(l => l + "\n")
                )
                .Where(c => c != ' ')
        );

        async Task Step(string[] goal, string stored, string there, string gone)
        {
            var result = await cluster.Migrate(goal);

            Assert.True(result.Exit == 0, result.ToString());
            Assert.EndsWith("] Done\n", result.Output, StringComparison.Ordinal);
            Assert.Equal(Secrets, await cluster.StoredWith(stored));
            var config = await File.ReadAllTextAsync(cluster.Config);
            Assert.Contains(there, config, StringComparison.Ordinal);
            Assert.DoesNotContain(gone, config, StringComparison.Ordinal);
            Assert.Contains("# the till's own file", config, StringComparison.Ordinal);
            Assert.False(File.Exists(cluster.Journal));
            await cluster.AllAreReadable();
            var again = await cluster.Migrate(goal[2..]);
            Assert.Contains("Nothing was to be done", again.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Migrate_WithoutARestartCommand_WaitsForTheApiServersOwnReload()
    {
        await using var cluster = await MovingCluster.Start(LocalKey("aescbc"), secrets: 5);

        await using var running = RunningProcess.Start(
            CommandProgram.Path,
            cluster.Command(["--from", "aescbc", "--to", "kms", .. cluster.Etcd])
        );
        var exit = await running.Ended();

        Assert.True(exit == 0, running.Output + running.Error);
        Assert.Equal(5, await cluster.StoredWith(Kms));
        Assert.DoesNotContain("aescbc", await File.ReadAllTextAsync(cluster.Config), StringComparison.Ordinal);
        Assert.Contains(
            Key,
            await File.ReadAllTextAsync(cluster.Config + ".before-migration-1"),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(Key, running.Output + running.Error, StringComparison.Ordinal);
        await cluster.AllAreReadable();
    }

    [Theory]
    [InlineData("aesgcm")]
    [InlineData("secretbox")]
    public async Task Migrate_FromAKeyInTheFile_AndTakenBack_IsAsItWas(string kind)
    {
        await using var cluster = await MovingCluster.Start(LocalKey(kind), secrets: 5);
        var before = await File.ReadAllTextAsync(cluster.Config);
        // Without the datastore the old provider stays: the migration waits there.
        var half = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Command("--to", "kms", "--restart-command", cluster.RestartCommand, "--sqlite", "/nonexistent")
        );
        Assert.NotEqual(0, half.Exit);
        var kept = await cluster.Migrate("--from", kind, "--to", "kms", "--dry-run");
        Assert.Equal(0, kept.Exit);
        Assert.DoesNotContain(Key, kept.Output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(cluster.Config));

        var result = await cluster.Migrate("--from", kind, "--to", "kms");
        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(5, await cluster.StoredWith(Kms));
        await cluster.AllAreReadable();
    }

    [Fact]
    public async Task Migrate_KilledAtEachStep_GoesOnOrBack()
    {
        await using var cluster = await MovingCluster.Start(Identity, secrets: 20);
        var before = await File.ReadAllTextAsync(cluster.Config);
        var whole = await cluster.Migrate("--to", "kms", "--dry-run");
        Assert.True(whole.Exit == 0, whole.ToString());

        // After each line that a whole run prints, by turns back and on.
        for (var step = 1; await KillAt(step); step++)
        {
            await cluster.AllAreReadable();
            await cluster.Create($"between-{step}");
            if (step % 2 == 0)
            {
                if (File.Exists(cluster.Journal))
                {
                    var back = await cluster.Migrate("--abort");
                    Assert.True(back.Exit == 0, $"step {step}: {back}");
                }
                Assert.Equal(before, await File.ReadAllTextAsync(cluster.Config));
                Assert.Equal(0, await cluster.StoredWith(Kms));
                await cluster.AllAreReadable();
                continue;
            }
            var on = await cluster.Migrate("--to", "kms");
            Assert.True(on.Exit == 0, $"step {step}: {on}");
            Assert.Equal(0, await cluster.StoredWith(Plain));
            await cluster.AllAreReadable();

            var end = await cluster.Migrate("--to", "identity");
            Assert.True(end.Exit == 0, $"step {step}: {end}");
            await File.WriteAllTextAsync(cluster.Config, before);
        }

        // False where the run has ended by itself before.
        async Task<bool> KillAt(int step)
        {
            await using var running = RunningProcess.Start(
                CommandProgram.Path,
                cluster.Command(["--to", "kms", .. cluster.Etcd, "--restart-command", cluster.RestartCommand])
            );
            await Eventually.Holds(
                $"step {step}",
                () => running.HasEnded || running.Output.Count(c => c == '\n') >= step
            );
            var isKilled = !running.HasEnded;
            if (isKilled)
                running.Send(Signal.Kill);
            await running.Ended();
            await cluster.Settled();
            return isKilled;
        }
    }
}
