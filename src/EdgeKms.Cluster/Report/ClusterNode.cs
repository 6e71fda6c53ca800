namespace EdgeKms.Cluster.Report;

/// <param name="Name">Of the node.</param>
/// <param name="Kubelet">Its kubelet's version; empty where it doesn't say.</param>
/// <param name="OperatingSystem">As the kubelet calls it, such as <c>Debian GNU/Linux 12 (bookworm)</c>; empty where it doesn't say.</param>
/// <param name="Architecture">Such as <c>amd64</c>; empty where it doesn't say.</param>
public sealed record ClusterNode(string Name, string Kubelet, string OperatingSystem, string Architecture);
