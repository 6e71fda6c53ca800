using EdgeKms.Cluster.ApiServer;

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
)
{
    /// <summary>The same prefix where a person named it; null: it is found.</summary>
    public string? NamedPrefix { get; init; }

    /// <summary>True where a person named the datastore: then it has to be this API server's own.</summary>
    public bool IsDatastoreNamed { get; init; }

    /// <summary>What the configuration was before each migration, the oldest first: it may have the provider of what is stored.</summary>
    public IReadOnlyList<string> KeptFiles { get; init; } = [];

    /// <summary>The API server's process, where it was found on this machine.</summary>
    public ApiServerProcess? ApiServerProcess { get; init; }
}
