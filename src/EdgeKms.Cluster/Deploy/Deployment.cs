using EdgeKms.Cluster.Deploy.Config;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// <c>edgekms deploy</c>: decides, plans, and hands the plan to <see cref="Activation"/>. Running it twice changes nothing
/// the second time; a failure takes back what was done.
/// </summary>
/// <param name="unit">How edgekmsd is run, with its settings.</param>
/// <param name="root">This machine or an image.</param>
/// <param name="activation">Writes the files and starts what has to be started.</param>
/// <param name="needRing">Makes sure that this machine has a key ring.</param>
/// <param name="step">Gets each step in words.</param>
public sealed class Deployment(
    ProviderUnit unit,
    ImageRoot root,
    Activation activation,
    Func<Task> needRing,
    Action<string> step
)
{
    /// <summary>The line that the published product shows (aks-edge-kms.md P9), to the letter.</summary>
    public const string PreparingLine = "Preparing to install kms-plugin as encryption provider...";

    /// <param name="config">The deployment file.</param>
    /// <param name="target">Null takes what is there.</param>
    /// <param name="product">Version of the published product.</param>
    /// <param name="dryRun">True: nothing is changed.</param>
    /// <param name="cancellation">Takes everything back.</param>
    /// <exception cref="CommandException">Refused, or as the files and the units say; everything is as it was.</exception>
    public async Task<DeploymentResult> RunAsync(
        DeploymentConfig config,
        DeploymentTarget? target,
        Version product,
        bool dryRun,
        CancellationToken cancellation
    )
    {
        step($"Reading the deployment file {config.Source}");
        var known = DeploymentRecord.Read(root);
        var kind = target ?? TargetName.Parse(known?.Target) ?? ClusterFinder.Find(root);
        var name = TargetName.Of(kind);
        var isNew = known?.Kms ?? !ClusterFinder.Exists(root, kind);
        var decision = KmsPolicy.Decide(product, config, isNew);
        if (decision.Choice == KmsChoice.Refused)
            throw new CommandException(ExitCode.Refused, $"{config.Source}: {decision.Reason}", decision.Hint!);
        step("*** No errors found in the Deployment Configuration.");
        var on = decision.Choice == KmsChoice.On;
        step($"KMS plugin: {(on ? "on" : "off")} ({decision.Reason})");
        if (decision.Choice == KmsChoice.Undecided && known is null)
            return new DeploymentResult(false, name, decision.Reason, [], [IfWanted]);
        RefuseOtherChoice(known, on, name);
        if (!on && root.FileExists(SharedFiles.EncryptionConfig))
            RefuseHalfDone(Plan(kind));
        var plan = on ? PlanOn(kind) : DeploymentPlan.Empty;
        var record = (known ?? new DeploymentRecord(on, name, product.ToString())).Change(root);
        List<FileChange> files = [.. plan.Changes, record];
        if (dryRun || files.TrueForAll(c => c.IsDone))
            return new DeploymentResult(on, name, decision.Reason, files, []);
        if (on && root.IsThisMachine)
            await needRing();
        // The record last: where it is, the deployment was complete.
        await activation.RunAsync(plan.Install(record), cancellation);
        return new DeploymentResult(on, name, decision.Reason, files, on ? Next(plan) : []);
    }

    /// <summary>
    /// Gives a cluster that was deployed without KMS the provider, for a migration: everything but the record, which the
    /// migration writes at its end.
    /// </summary>
    /// <returns>The files, also those of a dry run.</returns>
    /// <exception cref="CommandException">As <see cref="RunAsync"/>.</exception>
    public async Task<IReadOnlyList<FileChange>> EnableAsync(bool dryRun, CancellationToken cancellation)
    {
        var kind = TargetName.Parse(DeploymentRecord.Read(root)?.Target) ?? ClusterFinder.Find(root);
        var plan = PlanOn(kind);
        if (dryRun)
            return plan.Changes;
        await needRing();
        await activation.RunAsync(plan.Install(record: null), cancellation);
        return plan.Changes;
    }

    private const string IfWanted =
        "to encrypt this cluster's Secrets, set Init.KmsPlugin.Enable to true and deploy again";

    private DeploymentPlan PlanOn(DeploymentTarget target)
    {
        step(PreparingLine);
        if (SocketEndpoint.Refuse(unit.Settings.KmsSocket) is { } reason)
            throw new CommandException(ExitCode.Usage, reason, "name another kms.socket in edgekms.json");
        return Plan(target);
    }

    private DeploymentPlan Plan(DeploymentTarget target) =>
        target switch
        {
            DeploymentTarget.K3s => K3sTarget.Plan(root, unit),
            DeploymentTarget.Kubeadm => KubeadmTarget.Plan(root, unit),
            _ => LocalTarget.Plan(root, unit.Settings),
        };

    private List<string> Next(DeploymentPlan plan)
    {
        var next = new List<string>();
        if (plan.ProviderUnit && !root.IsThisMachine)
            next.Add(
                "edgekms status   # on the machine, before the cluster is started: without a key ring it names the command"
            );
        if (plan.ClusterUnit is { } unit && root.IsThisMachine && !activation.StartsUnits)
            next.Add($"restart {unit}");
        next.AddRange(plan.Next);
        if (plan.ProviderUnit && root.IsThisMachine && plan.Next.Count == 0)
            next.Add("edgekms verify");
        return next;
    }

    /// <summary>Off is no choice any more where a deployment that was interrupted has already changed the cluster.</summary>
    /// <exception cref="CommandException">Exit code 3.</exception>
    private void RefuseHalfDone(DeploymentPlan plan)
    {
        if (plan.Cluster.FirstOrDefault(c => c.IsDone) is not { } change)
            return;
        throw new CommandException(
            ExitCode.Refused,
            $"{root.Resolve(change.Path)} is there from a deployment that was interrupted, so the cluster may be encrypted",
            "finish that one first: deploy with Init.KmsPlugin.Enable true, then \"edgekms migrate --to identity\""
        );
    }

    private static void RefuseOtherChoice(DeploymentRecord? known, bool on, string target)
    {
        if (known is null)
            return;
        if (known.Kms != on)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"this deployment was made with the KMS plugin {(known.Kms ? "on" : "off")}: that can't be changed after deployment",
                known.Kms
                    ? "nothing was changed; \"edgekms migrate --to identity\" leaves the KMS plugin step by step, without losing a Secret"
                    : "nothing was changed; \"edgekms migrate --from identity --to kms\" enables it step by step"
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
}
