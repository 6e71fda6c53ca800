using EdgeKms.Cluster.Deploy.Config;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// When a deployment gets the KMS provider (aks-edge-kms.md 1.1 P6 and P7, 1.3, 1.5): a pure function of the product
/// version, the deployment file and whether the cluster is new. Somebody else acts.
/// </summary>
public static class KmsPolicy
{
    public static KmsDecision Decide(Version product, DeploymentConfig config, bool isNewCluster)
    {
        if (product < ProductVersion.First)
        {
            return config.KmsEnable == true
                ? new(
                    KmsChoice.Refused,
                    $"product version {product} has no KMS plugin: it came with {ProductVersion.First}",
                    "update the product, or set Init.KmsPlugin.Enable to false"
                )
                : new(KmsChoice.Off, $"product version {product} has no KMS plugin");
        }
        if (config.KmsEnable == false)
            return new(KmsChoice.Off, "Init.KmsPlugin.Enable is false");
        if (config.KmsEnable is null && product < ProductVersion.OnByDefault)
            return new(KmsChoice.Off, $"Init.KmsPlugin.Enable is not set, and {product} has it off by default");
        if (config.KmsEnable is null && !isNewCluster)
            return new(KmsChoice.Undecided, "Init.KmsPlugin.Enable is not set, and the default is for new clusters");
        if (SeveralNodes(config) is { } several)
        {
            return new(
                KmsChoice.Refused,
                $"the KMS plugin is for single-node clusters: {several}",
                "deploy one machine with one node, or set Init.KmsPlugin.Enable to false"
            );
        }
        return config.KmsEnable == true
            ? new(KmsChoice.On, "Init.KmsPlugin.Enable is true")
            : new(KmsChoice.On, $"it is on by default from product version {ProductVersion.OnByDefault}");
    }

    private static string? SeveralNodes(DeploymentConfig config) =>
        config.Joins ? "Join has content"
        : config.Machines > 1 ? $"Machines has {config.Machines} elements"
        : string.Equals(config.DeploymentType, "ScalableCluster", StringComparison.Ordinal) && config.Nodes > 1
            ? $"a ScalableCluster with {config.Nodes} nodes"
        : null;
}
