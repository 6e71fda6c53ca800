using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Steps;
using EdgeKms.Cluster.Deploy.Units;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>What a target needs.</summary>
/// <param name="Provider">The provider's own files; they do nothing to the cluster.</param>
/// <param name="Cluster">Files that make the API server use the provider, or that no longer do.</param>
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
    private static readonly string[] s_reload = ["daemon-reload"];

    internal static DeploymentPlan Empty { get; } = new([], [], ProviderUnit: false, null, []);

    internal IReadOnlyList<FileChange> Changes => [.. Provider, .. Cluster];

    /// <summary>The provider, and only when it answers what makes the API server depend on it; the record last.</summary>
    internal IEnumerable<DeploymentStep> Install(FileChange? record)
    {
        yield return new DeploymentStep.Files(Provider);
        if (ProviderUnit)
        {
            yield return new DeploymentStep.Unit($"starting {Units.ProviderUnit.Name}", s_reload, s_reload);
            yield return new DeploymentStep.Unit(null, ["restart", Units.ProviderUnit.Name], null);
            yield return new DeploymentStep.Provider();
        }
        yield return new DeploymentStep.Files(Cluster);
        foreach (var step in RestartCluster())
            yield return step;
        if (record is not null)
            yield return new DeploymentStep.Files([record]);
    }

    /// <summary>The other way round: first nothing depends on the provider, then it goes.</summary>
    internal IEnumerable<DeploymentStep> Remove(FileChange? record)
    {
        yield return new DeploymentStep.Files(Cluster);
        foreach (var step in RestartCluster())
            yield return step;
        if (ProviderUnit)
        {
            string[] start = ["start", Units.ProviderUnit.Name];
            // The socket too, or the next call would start it again.
            yield return new DeploymentStep.Unit(
                $"stopping {start[1]}",
                ["stop", Units.ProviderSocket.Name, start[1]],
                start
            );
        }
        yield return new DeploymentStep.Files(Provider);
        if (ProviderUnit)
            yield return new DeploymentStep.Unit(null, s_reload, s_reload);
        if (record is not null)
            yield return new DeploymentStep.Files([record]);
    }

    private IEnumerable<DeploymentStep> RestartCluster()
    {
        string[] restart = ["try-restart", ClusterUnit ?? ""];
        if (ClusterUnit is not null)
            yield return new DeploymentStep.Unit($"restarting {ClusterUnit}, if it runs", restart, restart);
        if (Cluster.Count > 0 && Provider.FirstOrDefault(p => p.Path == SharedFiles.EncryptionConfig) is { } config)
            yield return new DeploymentStep.ApiServer(config.After);
    }
}
