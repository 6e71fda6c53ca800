namespace EdgeKms.Cluster.Deploy;

/// <summary>What kind of cluster is deployed to.</summary>
public enum DeploymentTarget
{
    K3s,
    Kubeadm,

    /// <summary>etcd and kube-apiserver under <c>edgekms up</c>.</summary>
    Local,
}
