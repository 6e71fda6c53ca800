namespace EdgeKms.Cli.Deploy;

/// <summary>What <c>edgekms deploy --show -o json</c> prints.</summary>
/// <param name="Kms">Whether the cluster has the KMS plugin.</param>
/// <param name="Target"><c>k3s</c>, <c>kubeadm</c> or <c>local</c>.</param>
/// <param name="ProductVersion">The version that the choice was made for.</param>
internal sealed record RecordReport(bool Kms, string Target, string ProductVersion);
