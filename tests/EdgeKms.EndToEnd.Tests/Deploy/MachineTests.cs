namespace EdgeKms.EndToEnd.Tests.Deploy;

/// <summary><c>edgekms deploy</c> on a machine, with the real daemon.</summary>
public sealed class MachineTests
{
    private const string Deploy = "edgekms deploy --config \"$CONFIG\" --target k3s --timeout 5m";

    [Fact]
    public async Task Deploy_OnAMachine_StartsTheProviderBeforeTheClusterNeedsIt()
    {
        using var machine = new PrivateMachine();

        var result = await machine.Run(
            $"ring && {Deploy} && edgekms status && files && echo AGAIN && {Deploy} && edgekms deploy --show"
        );

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(["daemon-reload", "restart edgekmsd", "try-restart k3s"], machine.Calls);
        Assert.Contains(
            "] Preparing to install kms-plugin as encryption provider...\n",
            result.Output,
            StringComparison.Ordinal
        );
        Assert.Matches(@"(?m)^\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\] \[\+\]kms-plugin ok$", result.Output);
        Assert.Contains("./rancher/k3s/config.yaml.d/90-edgekms.yaml", result.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing was to be done", result.Output.Split("AGAIN")[1], StringComparison.Ordinal);
        Assert.Contains("KMS plugin on, target k3s", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("daemon-reload", "systemctl daemon-reload failed")]
    [InlineData("restart edgekmsd", "systemctl restart edgekmsd failed: Job for edgekmsd.service failed.")]
    [InlineData("no-daemon", "the provider did not answer at /run/edgekms/kms.sock within 5 s: there is no socket")]
    [InlineData("try-restart k3s", "systemctl try-restart k3s failed")]
    public async Task Deploy_WhereAStepFails_LeavesTheMachineAsItWas(string step, string what)
    {
        using var machine = new PrivateMachine();
        machine.Break(step);
        // Only the daemon that never comes is waited for as long as that.
        var deploy = step is "no-daemon" ? Deploy.Replace("5m", "5s", StringComparison.Ordinal) : Deploy;

        var result = await machine.Run($"ring; {deploy}; echo \"exit $?\"; files");

        Assert.Contains(what, result.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^exit (1|11)$", result.Output);
        Assert.DoesNotContain("./rancher/", result.Output.Split("exit ")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("./edgekms/", result.Output.Split("exit ")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("./systemd/", result.Output.Split("exit ")[1], StringComparison.Ordinal);
        var broken = step is "daemon-reload" or "try-restart k3s"; // what fails on the way back as well
        Assert.Contains(
            broken ? "Rolled back, except: " : "Rolled back: everything is as it was",
            result.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Deploy_WithoutAKeyRing_ChangesNothing()
    {
        using var machine = new PrivateMachine();

        var result = await machine.Run($"{Deploy}; echo \"exit $?\"; files");

        Assert.EndsWith("exit 6\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("run \"edgekms init\": it makes one", result.Error, StringComparison.Ordinal);
        Assert.Empty(machine.Calls);
    }

    [Fact]
    public async Task Deploy_ToARunningKubeadmCluster_ChangesTheManifestOnlyWhenTheProviderAnswers()
    {
        using var machine = new PrivateMachine();
        machine.Break("no-daemon");
        const string Manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

        var result = await machine.Run(
            $"""
            ring
            mkdir -p /etc/kubernetes/manifests
            printf 'spec:\n  containers:\n  - name: kube-apiserver\n    command:\n    - kube-apiserver\n    volumeMounts:\n    - name: a\n  volumes:\n  - name: a\n' >{Manifest}
            cp {Manifest} "$MACHINE/before"
            edgekms deploy --config "$CONFIG" --timeout 2s; echo "exit $?"
            cmp {Manifest} "$MACHINE/before" && echo unchanged
            rm "$MACHINE/no-daemon"
            edgekms deploy --config "$CONFIG" --timeout 5m; echo "exit $?"
            grep -c encryption-provider-config {Manifest}
            ls -A /etc/kubernetes/manifests
            cmp /etc/edgekms/kube-apiserver.yaml.before-edgekms "$MACHINE/before" && echo kept
            """
        );

        Assert.Contains("exit 11\nunchanged\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("exit 0\n2\nkube-apiserver.yaml\nkept\n", result.Output, StringComparison.Ordinal);
    }
}
