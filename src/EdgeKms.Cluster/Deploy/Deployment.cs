using EdgeKms.Cluster.Deploy.Config;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// <c>edgekms deploy</c>: decides, plans, writes. Running it twice changes nothing the second time; a failure takes back what
/// was written.
/// </summary>
/// <param name="settings">Sockets and provider name.</param>
/// <param name="root">This machine or an image.</param>
/// <param name="step">Gets each step in words.</param>
public sealed class Deployment(EdgeKmsSettings settings, ImageRoot root, Action<string> step)
{
    /// <summary>The line that the published product shows (aks-edge-kms.md P9), to the letter.</summary>
    public const string PreparingLine = "Preparing to install kms-plugin as encryption provider...";

    /// <param name="config">The deployment file.</param>
    /// <param name="target">Null takes what is there.</param>
    /// <param name="product">Version of the published product.</param>
    /// <param name="dryRun">True: nothing is written.</param>
    /// <exception cref="CommandException">Refused, or as the files say; nothing was changed.</exception>
    public DeploymentResult Run(DeploymentConfig config, DeploymentTarget? target, Version product, bool dryRun)
    {
        step($"Reading the deployment file {config.Source}");
        var decision = KmsPolicy.Decide(product, config);
        if (decision.Choice == KmsChoice.Refused)
            throw new CommandException(ExitCode.Refused, $"{config.Source}: {decision.Reason}", decision.Hint!);
        step("*** No errors found in the Deployment Configuration.");
        var on = decision.Choice == KmsChoice.On;
        var kind = target ?? Detect();
        var name = Name(kind);
        RefuseOtherChoice(on, name);
        step($"KMS plugin: {(on ? "on" : "off")} ({decision.Reason})");
        var record = DeploymentRecord.Read(root) ?? new DeploymentRecord(on, name, product.ToString());
        if (!on)
            return Write(new DeploymentPlan([record.Change(root)], []), on, name, decision.Reason, dryRun);
        step(PreparingLine);
        if (SocketEndpoint.Refuse(settings.KmsSocket) is { } reason)
            throw new CommandException(ExitCode.Usage, reason, "name another kms.socket in edgekms.json");
        var plan = kind == DeploymentTarget.K3s ? K3sTarget.Plan(root, settings) : KubeadmTarget.Plan(root, settings);
        // The record last but the manifest: what it promises is there when it is.
        List<FileChange> changes = [.. plan.Changes];
        changes.Insert(changes.Count - 1, record.Change(root));
        return Write(plan with { Changes = changes }, on, name, decision.Reason, dryRun);
    }

    private static string Name(DeploymentTarget target) => target == DeploymentTarget.K3s ? "k3s" : "kubeadm";

    private DeploymentTarget Detect() =>
        (root.DirectoryExists("/etc/rancher/k3s"), root.DirectoryExists("/etc/kubernetes")) switch
        {
            (true, false) => DeploymentTarget.K3s,
            (false, true) => DeploymentTarget.Kubeadm,
            (true, true) => throw new CommandException(
                ExitCode.Usage,
                "there is a k3s and a kubeadm cluster",
                "say which one: --target k3s or --target kubeadm"
            ),
            _ => throw new CommandException(
                ExitCode.Usage,
                "there is neither /etc/rancher/k3s nor /etc/kubernetes",
                "say what the cluster will be: --target k3s or --target kubeadm"
            ),
        };

    private void RefuseOtherChoice(bool on, string target)
    {
        if (DeploymentRecord.Read(root) is not { } known)
            return;
        if (known.Kms != on)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"this deployment was made with the KMS plugin {(known.Kms ? "on" : "off")}: that can't be changed after deployment",
                known.Kms
                    ? "nothing was changed; Secrets that are encrypted would become unreadable: write them in the clear first (encryption-config --identity first)"
                    : "nothing was changed; enable it in steps: encryption-config --identity last, then write every Secret again"
            );
        }
        if (!string.Equals(known.Target, target, StringComparison.Ordinal))
        {
            throw new CommandException(
                ExitCode.Refused,
                $"this deployment was made for {known.Target}, not for {target}",
                "leave --target out"
            );
        }
    }

    private DeploymentResult Write(DeploymentPlan plan, bool on, string target, string reason, bool dryRun)
    {
        var open = plan.Changes.Where(c => !c.IsDone).ToList();
        if (!dryRun)
            Write(open);
        return new DeploymentResult(on, target, reason, plan.Changes, open.Count > 0 ? plan.Next : []);
    }

    private void Write(IReadOnlyList<FileChange> open)
    {
        var transaction = new FileTransaction(root);
        try
        {
            foreach (var change in open)
            {
                step($" - writing {change.Path}");
                transaction.Write(change);
            }
        }
        catch (CommandException e)
        {
            var left = transaction.RollBack();
            step(
                left.Count == 0
                    ? "Rolled back: everything is as it was"
                    : "Rolled back, except " + string.Join(", ", left)
            );
            throw new CommandException(
                e.ExitCode,
                e.Message,
                left.Count == 0
                    ? e.Hint + "; nothing was changed"
                    : "put these back by hand: " + string.Join(", ", left),
                e
            );
        }
    }
}
