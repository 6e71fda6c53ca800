namespace EdgeKms.Cluster.ControlPlane;

/// <summary>A control plane that is ready.</summary>
/// <param name="StateDirectory">Where everything lies.</param>
/// <param name="Kubeconfig">The administrator's.</param>
/// <param name="ApiServer">URL of kube-apiserver.</param>
/// <param name="Etcd">URL of etcd's clients.</param>
/// <param name="EncryptionConfig">The encryption configuration in force.</param>
/// <param name="Processes">What was started, in the order of the start.</param>
public sealed record ControlPlaneReport(
    string StateDirectory,
    string Kubeconfig,
    string ApiServer,
    string Etcd,
    string EncryptionConfig,
    IReadOnlyList<ControlPlaneProcess> Processes
);
