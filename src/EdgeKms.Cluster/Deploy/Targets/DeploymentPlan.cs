using EdgeKms.Cluster.Deploy.Files;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>What a target needs, in the order in which it is done: nothing refers to what isn't there yet.</summary>
/// <param name="Provider">The provider's own files; they do nothing to the cluster.</param>
/// <param name="Cluster">Files that make the API server use the provider.</param>
/// <param name="ProviderUnit">True where <c>edgekmsd</c> is a unit of this machine.</param>
/// <param name="ClusterUnit">Unit that reads the cluster's files when it is started; null where nothing has to be restarted.</param>
/// <param name="Next">What a person does afterwards, besides what the units need.</param>
internal sealed record DeploymentPlan(
    IReadOnlyList<FileChange> Provider,
    IReadOnlyList<FileChange> Cluster,
    bool ProviderUnit,
    string? ClusterUnit,
    IReadOnlyList<string> Next
)
{
    internal IReadOnlyList<FileChange> Changes => [.. Provider, .. Cluster];
}
