namespace EdgeKms.Cli.Deploy;

/// <summary>What <c>edgekms deploy -o json</c> prints.</summary>
/// <param name="Kms">Whether the cluster has the KMS plugin.</param>
/// <param name="Target"><c>k3s</c> or <c>kubeadm</c>.</param>
/// <param name="Reason">Why it is on or off.</param>
/// <param name="Files">Every file of the deployment.</param>
/// <param name="Next">Commands that bring it into force; none where nothing changed.</param>
/// <param name="DryRun">True when nothing was written.</param>
internal sealed record DeployReport(
    bool Kms,
    string Target,
    string Reason,
    IReadOnlyList<DeployedFile> Files,
    IReadOnlyList<string> Next,
    bool DryRun
);
