using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>
/// The local control plane of <c>edgekms up</c>, which reads the deployed encryption configuration by itself. No drop-in:
/// it waits for its provider without systemd.
/// </summary>
internal static class LocalTarget
{
    /// <summary>The unit that would wait, if there were one.</summary>
    private const string Waiting = "edgekms-up";

    internal static DeploymentPlan Plan(ImageRoot root, EdgeKmsSettings settings) =>
        new([.. SharedFiles.Of(root, settings, Waiting).Where(IsEncryptionConfig)], ["edgekms up"]);

    private static bool IsEncryptionConfig(FileChange change) =>
        string.Equals(change.Path, SharedFiles.EncryptionConfig, StringComparison.Ordinal);
}
