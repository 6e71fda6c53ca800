using EdgeKms.EndToEnd.Tests.Migrate;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Deploy;

/// <summary><c>edgekms remove</c>.</summary>
public sealed class RemoveTests
{
    [Fact]
    public async Task Remove_WhileObjectsAreEncrypted_IsRefused()
    {
        await using var cluster = await MovingCluster.Start("      - identity: {}", secrets: 3);
        using var image = new PrivateDirectory();
        Directory.CreateDirectory(image.At("usr", "bin"));
        await File.WriteAllTextAsync(image.At("usr", "bin", "edgekmsd"), "");
        var config = image.At("aksedge-config.json");
        await File.WriteAllTextAsync(config, "{}");
        var deployed = await EdgeKms("deploy", "--config", config, "--target", "k3s", "--root", image.Path);
        Assert.True(deployed.Exit == 0, deployed.ToString());
        Assert.Equal(0, (await cluster.Migrate("--to", "kms")).Exit);

        string[] remove = ["remove", "--root", image.Path];
        var refused = await EdgeKms([.. remove, .. cluster.Etcd]);
        Assert.True(refused.Exit == 3, refused.ToString());
        Assert.Contains(
            "3 objects are encrypted by this provider, such as /registry/secrets/default/s000",
            refused.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("edgekms migrate --to identity", refused.Error, StringComparison.Ordinal);
        var unknown = await EdgeKms(remove);
        Assert.Equal(11, unknown.Exit);
        Assert.Equal(2, (await EdgeKms([.. remove, "--force"])).Exit);
        Assert.True(File.Exists(image.At("etc", "edgekms", "deployment.json")));

        Assert.Equal(0, (await cluster.Migrate("--to", "identity")).Exit);
        var removed = await EdgeKms([.. remove, .. cluster.Etcd]);
        Assert.True(removed.Exit == 0, removed.ToString());
        Assert.Contains($"The key ring stays in {cluster.Home.State}", removed.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(image.At("etc", "edgekms", "deployment.json")));
        Assert.NotEmpty(Directory.GetFiles(cluster.Home.Ring));
        Assert.Contains("Nothing was deployed here", (await EdgeKms(remove)).Output, StringComparison.Ordinal);

        Task<CommandResult> EdgeKms(params string[] command) =>
            RunningProcess.Run(CommandProgram.Path, [.. command, .. cluster.Home.Settings]);
    }

    [Fact]
    public async Task RemoveCommand_OnAMachine_TakesTheClusterOffBeforeTheProviderGoes()
    {
        using var machine = new PrivateMachine();

        var result = await machine.Run(
            """
            ring; edgekms deploy --config "$CONFIG" --target k3s --timeout 5m >/dev/null || exit 99
            rm "$MACHINE/calls"
            edgekms remove --force --reason 'moved to another machine'; echo "exit $?"; files
            ls /var/lib/edgekms/ring
            """
        );

        Assert.Equal(["try-restart k3s", "stop edgekmsd.socket edgekmsd", "daemon-reload"], machine.Calls);
        Assert.EndsWith("exit 0\n./edgekms/removed.json\nring-00000001\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("try-restart k3s")]
    [InlineData("stop edgekmsd.socket edgekmsd")]
    public async Task Remove_WhereAStepFails_LeavesTheDeployment(string step)
    {
        using var machine = new PrivateMachine();
        machine.Break(step is "stop edgekmsd.socket edgekmsd" ? step : "no-such-call");

        var result = await machine.Run(
            $"""
            ring; edgekms deploy --config "$CONFIG" --target k3s --timeout 5m >/dev/null || exit 99
            files >"$MACHINE/before"; touch "$MACHINE/fail-{step.Replace(' ', '-')}"
            edgekms remove --force --reason test; echo "exit $?"; files | diff "$MACHINE/before" - && echo same
            """
        );

        Assert.EndsWith("exit 1\nsame\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"systemctl {step} failed", result.Error, StringComparison.Ordinal);
    }
}
