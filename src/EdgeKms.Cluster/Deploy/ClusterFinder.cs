using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy;

/// <summary>What cluster a machine has, or is about to get.</summary>
internal static class ClusterFinder
{
    /// <summary>The only kind that is installed.</summary>
    /// <exception cref="CommandException">Exit code 2: none, or two.</exception>
    internal static DeploymentTarget Find(ImageRoot root) =>
        (HasK3s(root), HasKubeadm(root)) switch
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
                "neither k3s nor kubeadm is installed",
                $"say what the cluster will be: --target {string.Join('|', TargetName.All)}"
            ),
        };

    /// <summary>True where the cluster has been started before: it keeps what it was created with.</summary>
    internal static bool Exists(ImageRoot root, DeploymentTarget target) =>
        target switch
        {
            DeploymentTarget.K3s => root.DirectoryExists("/var/lib/rancher/k3s/server/db"),
            DeploymentTarget.Kubeadm => root.FileExists(KubeadmTarget.Manifest),
            _ => root.DirectoryExists(LocalTarget.StateDirectory + "/etcd"),
        };

    private static bool HasK3s(ImageRoot root) =>
        root.DirectoryExists("/etc/rancher/k3s") || root.FileExists("/usr/local/bin/k3s");

    private static bool HasKubeadm(ImageRoot root) =>
        root.DirectoryExists("/etc/kubernetes") || root.FileExists("/usr/bin/kubeadm");
}
