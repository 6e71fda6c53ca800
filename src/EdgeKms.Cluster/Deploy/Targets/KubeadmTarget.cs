using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Units;

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

    internal static DeploymentPlan Plan(ImageRoot root, ProviderUnit unit)
    {
        var socketDirectory = Path.GetDirectoryName(unit.Settings.KmsSocket)!;
        List<FileChange> provider =
        [
            .. SharedFiles.Of(root, unit.Settings),
            .. SharedFiles.Units(root, unit, "kubelet"),
            SharedFiles.Change(root, Patch, PatchText(socketDirectory), SharedFiles.Private),
        ];
        var patches = Path.GetDirectoryName(Patch);
        if (root.Read(Manifest) is not { } manifest)
            return new DeploymentPlan(provider, [], ProviderUnit: true, null, [$"kubeadm init --patches {patches}"]);
        var edited = StaticPodManifest.Edit(manifest, Manifest, socketDirectory);
        List<FileChange> cluster = [];
        if (!edited.AsSpan().SequenceEqual(manifest))
            cluster.Add(new FileChange(ManifestBefore, root.Read(ManifestBefore), manifest, SharedFiles.Private));
        // Last: the kubelet restarts the API server as soon as it changes. The mode stays as kubeadm made it.
        cluster.Add(new FileChange(Manifest, manifest, edited, Mode: null));
        return new DeploymentPlan(
            provider,
            cluster,
            ProviderUnit: true,
            null,
            [$"kubeadm upgrade apply --patches {patches}   # at each later upgrade, which writes the manifest anew"]
        );
    }

    private static string PatchText(string socketDirectory) =>
        $$"""
            [
              { "op": "add", "path": "/spec/containers/0/command/-", "value": "--encryption-provider-config={{SharedFiles.EncryptionConfig}}" },
              { "op": "add", "path": "/spec/containers/0/command/-", "value": "--encryption-provider-config-automatic-reload=true" },
              { "op": "add", "path": "/spec/containers/0/volumeMounts/-", "value": { "name": "edgekms-config", "mountPath": "{{SharedFiles.Directory}}", "readOnly": true } },
              { "op": "add", "path": "/spec/containers/0/volumeMounts/-", "value": { "name": "edgekms-socket", "mountPath": "{{socketDirectory}}" } },
              { "op": "add", "path": "/spec/volumes/-", "value": { "name": "edgekms-config", "hostPath": { "path": "{{SharedFiles.Directory}}", "type": "Directory" } } },
              { "op": "add", "path": "/spec/volumes/-", "value": { "name": "edgekms-socket", "hostPath": { "path": "{{socketDirectory}}", "type": "DirectoryOrCreate" } } }
            ]

            """;
}
