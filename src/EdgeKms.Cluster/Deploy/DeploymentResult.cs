using EdgeKms.Cluster.Deploy.Files;

namespace EdgeKms.Cluster.Deploy;

/// <summary>What a deployment did, or would do.</summary>
/// <param name="Kms">Whether the cluster has the KMS plugin.</param>
/// <param name="Target"><c>k3s</c>, <c>kubeadm</c> or <c>local</c>.</param>
/// <param name="Reason">Why it is on or off.</param>
/// <param name="Files">Every file, also those that were as they should be.</param>
/// <param name="Next">What is left to the person.</param>
public sealed record DeploymentResult(
    bool Kms,
    string Target,
    string Reason,
    IReadOnlyList<FileChange> Files,
    IReadOnlyList<string> Next
);
