using EdgeKms.Cluster.Deploy.Files;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>What a target needs.</summary>
/// <param name="Changes">Files in the order in which they are written: nothing refers to a file that isn't there yet.</param>
/// <param name="Next">Commands that bring it into force, in their order.</param>
public sealed record DeploymentPlan(IReadOnlyList<FileChange> Changes, IReadOnlyList<string> Next);
