using System.Text.Json;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// <c>edgekms remove</c>: takes away what a deployment wrote, the cluster's part first. The key ring, its settings and its
/// backups stay: a backup of the datastore may need them.
/// </summary>
/// <param name="root">This machine or an image.</param>
/// <param name="activation">Removes the files and stops what has to be stopped.</param>
/// <param name="time">For the date of a removal that was forced.</param>
public sealed class Removal(ImageRoot root, Activation activation, TimeProvider time)
{
    private const string Reason = "/etc/edgekms/removed.json";

    /// <summary>What was deployed; null where nothing was.</summary>
    /// <exception cref="CommandException">Exit code 7: the record is damaged.</exception>
    public DeploymentTarget? Target() => TargetName.Parse(DeploymentRecord.Read(root)?.Target);

    /// <param name="target">What was deployed.</param>
    /// <param name="reason">Why it was forced; null where it was not.</param>
    /// <param name="dryRun">True: nothing is changed.</param>
    /// <param name="cancellation">Takes everything back.</param>
    /// <exception cref="CommandException">As the files and the units say; everything is as it was.</exception>
    public async Task<DeploymentResult> RunAsync(
        DeploymentTarget target,
        string? reason,
        bool dryRun,
        CancellationToken cancellation
    )
    {
        var plan = Plan(target);
        if (reason is not null)
            plan = plan with { Provider = [.. plan.Provider, Forced(reason)] };
        var record = Gone(DeploymentRecord.Path);
        if (!dryRun)
            await activation.RunAsync(plan.Remove(record), cancellation);
        return new DeploymentResult(
            false,
            TargetName.Of(target),
            "removed",
            [.. plan.Changes.Append(record).Where(c => !c.IsDone)],
            plan.ClusterUnit is { } unit && !activation.StartsUnits ? [$"restart {unit}"] : []
        );
    }

    private DeploymentPlan Plan(DeploymentTarget target)
    {
        var config = Gone(SharedFiles.EncryptionConfig);
        List<FileChange> Provider(string unit) =>
            [config, Gone(WaitingUnit.Path(unit)), Gone(ProviderUnit.Path), Gone(ProviderSocket.Path)];
        return target switch
        {
            DeploymentTarget.K3s => new DeploymentPlan(Provider("k3s"), [Gone(K3sTarget.DropIn)], true, "k3s", []),
            DeploymentTarget.Kubeadm => new DeploymentPlan(
                [.. Provider("kubelet"), Gone(KubeadmTarget.Patch)],
                Manifest(),
                true,
                null,
                []
            ),
            _ => new DeploymentPlan([config], [], false, null, []),
        };
    }

    private FileChange[] Manifest() =>
        root.Read(KubeadmTarget.Manifest) is { } manifest
            ?
            [
                new FileChange(
                    KubeadmTarget.Manifest,
                    manifest,
                    StaticPodManifest.Restore(manifest, KubeadmTarget.Manifest),
                    Mode: null
                ),
            ]
            : [];

    private FileChange Forced(string reason)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("date", time.GetUtcNow().UtcDateTime);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        return new FileChange(Reason, root.Read(Reason), stream.ToArray(), SharedFiles.Private);
    }

    private FileChange Gone(string path) => new(path, root.Read(path), null, null);
}
