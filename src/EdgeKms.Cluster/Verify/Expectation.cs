namespace EdgeKms.Cluster.Verify;

/// <summary>What the cluster should look like.</summary>
/// <param name="Provider">Provider name of the settings.</param>
/// <param name="KmsSocket">KMS socket of the settings.</param>
/// <param name="Daemon">What the daemon said.</param>
/// <param name="ConfigurationFile">The EncryptionConfiguration; null where there is none to look at.</param>
/// <param name="Namespace">Of the probe.</param>
/// <param name="EtcdPrefix">The API server's <c>--etcd-prefix</c>, such as <c>/registry</c>.</param>
/// <param name="Refusal">
/// Why kube-apiserver would refuse a file as it is on disk, null where it takes it; null where nobody looks. Not a matter of one provider:
/// a broken entry of any resource keeps the API server from starting.
/// </param>
public sealed record Expectation(
    string Provider,
    string KmsSocket,
    ProviderState Daemon,
    string? ConfigurationFile,
    string Namespace,
    string EtcdPrefix,
    Func<string, string?>? Refusal = null
);
