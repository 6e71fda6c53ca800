namespace EdgeKms.Cluster.Deploy;

/// <summary>What kind of cluster is deployed to.</summary>
public enum DeploymentTarget
{
    K3s,
    Kubeadm,
}
