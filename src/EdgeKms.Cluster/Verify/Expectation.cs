namespace EdgeKms.Cluster.Verify;

/// <summary>What the cluster should look like.</summary>
/// <param name="Provider">Provider name of the settings.</param>
/// <param name="KmsSocket">KMS socket of the settings.</param>
/// <param name="Daemon">What the daemon said.</param>
/// <param name="ConfigurationFile">The EncryptionConfiguration; null where there is none to look at.</param>
/// <param name="Namespace">Of the probe.</param>
/// <param name="EtcdPrefix">The API server's <c>--etcd-prefix</c>, such as <c>/registry</c>.</param>
public sealed record Expectation(
    string Provider,
    string KmsSocket,
    ProviderState Daemon,
    string? ConfigurationFile,
    string Namespace,
    string EtcdPrefix
);
