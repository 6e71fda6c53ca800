using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>
/// kubeadm: the static pod manifest of a cluster that is there, and a patch for <c>kubeadm init</c> and <c>upgrade</c>, which
/// write the manifest anew.
/// </summary>
internal static class KubeadmTarget
{
    internal const string Manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

    /// <summary>Not in the manifests' directory: the kubelet would start it as a second API server.</summary>
    internal const string ManifestBefore = "/etc/edgekms/kube-apiserver.yaml.before-edgekms";

    internal const string Patch = "/etc/edgekms/kubeadm-patches/kube-apiserver0edgekms+json.json";

    internal static DeploymentPlan Plan(ImageRoot root, EdgeKmsSettings settings)
    {
        var socketDirectory = Path.GetDirectoryName(settings.KmsSocket)!;
        List<FileChange> changes =
        [
            .. SharedFiles.Of(root, settings, "kubelet"),
            SharedFiles.Change(root, Patch, PatchText(socketDirectory), SharedFiles.Private),
        ];
        if (root.Read(Manifest) is not { } manifest)
        {
            return new DeploymentPlan(
                changes,
                [
                    "systemctl daemon-reload",
                    "systemctl restart edgekmsd",
                    $"kubeadm init --patches {Path.GetDirectoryName(Patch)}",
                ]
            );
        }
        var edited = StaticPodManifest.Edit(manifest, Manifest, socketDirectory);
        if (!edited.AsSpan().SequenceEqual(manifest))
            changes.Add(new FileChange(ManifestBefore, root.Read(ManifestBefore), manifest, SharedFiles.Private));
        // Last: the kubelet restarts the API server as soon as it changes.
        changes.Add(new FileChange(Manifest, manifest, edited, SharedFiles.Private));
        return new DeploymentPlan(
            changes,
            [
                "systemctl daemon-reload",
                "systemctl restart edgekmsd",
                $"kubeadm upgrade apply --patches {Path.GetDirectoryName(Patch)}   # at each later upgrade",
            ]
        );
    }

    private static string PatchText(string socketDirectory) =>
        $$"""
            [
              { "op": "add", "path": "/spec/containers/0/command/-", "value": "--encryption-provider-config={{SharedFiles.EncryptionConfig}}" },
              { "op": "add", "path": "/spec/containers/0/command/-", "value": "--encryption-provider-config-automatic-reload=true" },
              { "op": "add", "path": "/spec/containers/0/volumeMounts/-", "value": { "name": "edgekms-config", "mountPath": "{{SharedFiles.EncryptionConfig}}", "readOnly": true } },
              { "op": "add", "path": "/spec/containers/0/volumeMounts/-", "value": { "name": "edgekms-socket", "mountPath": "{{socketDirectory}}" } },
              { "op": "add", "path": "/spec/volumes/-", "value": { "name": "edgekms-config", "hostPath": { "path": "{{SharedFiles.EncryptionConfig}}", "type": "File" } } },
              { "op": "add", "path": "/spec/volumes/-", "value": { "name": "edgekms-socket", "hostPath": { "path": "{{socketDirectory}}", "type": "DirectoryOrCreate" } } }
            ]

            """;
}
