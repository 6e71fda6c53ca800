namespace EdgeKms.Cluster.Deploy.Config;

/// <summary>What of an <c>aksedge-config.json</c> concerns the KMS provider.</summary>
/// <param name="Source">The file's path, or what stands for it.</param>
/// <param name="KmsEnable"><c>Init.KmsPlugin.Enable</c>; null where it isn't set.</param>
/// <param name="KmsEnableLine">Its line, or that of the nearest object around it.</param>
/// <param name="DeploymentType"><c>SingleMachineCluster</c>, <c>ScalableCluster</c>, <c>CapiCluster</c>; null where it isn't set.</param>
/// <param name="Machines">Elements of <c>Machines</c>.</param>
/// <param name="Nodes">Linux and Windows nodes of all machines.</param>
/// <param name="Joins">True when <c>Join</c> has any content.</param>
public sealed record DeploymentConfig(
    string Source,
    bool? KmsEnable,
    int KmsEnableLine,
    string? DeploymentType,
    int Machines,
    int Nodes,
    bool Joins
);
