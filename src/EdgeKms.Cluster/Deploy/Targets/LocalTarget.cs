using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>etcd and kube-apiserver of this machine under <c>edgekms up</c>, which starts edgekmsd itself.</summary>
internal static class LocalTarget
{
    internal const string StateDirectory = "/var/lib/edgekms-local";

    internal static DeploymentPlan Plan(ImageRoot root, EdgeKmsSettings settings) =>
        new([.. SharedFiles.Of(root, settings)], [], ProviderUnit: false, null, ["edgekms up"]);
}
