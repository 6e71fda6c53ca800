namespace EdgeKms.Cluster.ControlPlane;

/// <param name="Name"><c>edgekmsd</c>, <c>etcd</c> or <c>kube-apiserver</c>.</param>
/// <param name="Pid">Its process id now; another after it ended and was started again.</param>
/// <param name="Log">Path of its log.</param>
public sealed record ControlPlaneProcess(string Name, int? Pid, string Log);
