namespace EdgeKms.Cluster.Report;

/// <summary>What an API server says of itself and of its KMS providers. Nothing was written to it.</summary>
/// <param name="ApiServer">Its address.</param>
/// <param name="Version">Such as <c>v1.36.2</c>; null where it doesn't tell.</param>
/// <param name="Platform">Such as <c>linux/amd64</c>; null where it doesn't tell.</param>
/// <param name="IsReady">True where <c>/readyz</c> says so.</param>
/// <param name="FailedChecks">Checks of <c>/readyz?verbose</c> that fail.</param>
/// <param name="KmsChecks">Its checks of KMS providers; none where it has none configured.</param>
/// <param name="Nodes">At most <see cref="ClusterInquiry.MaxNodes"/>; empty where there are none or it doesn't tell.</param>
public sealed record ClusterFacts(
    string ApiServer,
    string? Version,
    string? Platform,
    bool IsReady,
    IReadOnlyList<string> FailedChecks,
    IReadOnlyList<string> KmsChecks,
    IReadOnlyList<ClusterNode> Nodes
);
