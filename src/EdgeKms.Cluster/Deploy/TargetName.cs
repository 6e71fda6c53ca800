namespace EdgeKms.Cluster.Deploy;

/// <summary>Targets as people write them: <c>k3s</c>, <c>kubeadm</c>, <c>local</c>.</summary>
public static class TargetName
{
    public static readonly IReadOnlyList<string> All = ["k3s", "kubeadm", "local"];

    public static string Of(DeploymentTarget target) => All[(int)target];

    /// <summary>The target of a name; null where it is none.</summary>
    public static DeploymentTarget? Parse(string? name)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (string.Equals(All[i], name, StringComparison.Ordinal))
                return (DeploymentTarget)i;
        }
        return null;
    }
}
