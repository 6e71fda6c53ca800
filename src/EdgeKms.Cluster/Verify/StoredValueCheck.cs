using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>stored-value</c>: the probe lies in the datastore as our provider encrypts it.</summary>
internal static class StoredValueCheck
{
    internal const string Name = "stored-value";

    /// <param name="datastore">Its name, for the text.</param>
    /// <param name="key">The key that was looked for.</param>
    /// <param name="found">What is stored; null where nothing is.</param>
    /// <param name="expected">Provider name of the settings; KMS v1 only where edgekmsd serves it.</param>
    internal static CheckLine Of(string datastore, string key, StoredObject? found, Expectation expected)
    {
        var provider = expected.Provider;
        CheckLine Failed(string cause, string? next = null) =>
            CheckLine.Failed(
                Name,
                $"the probe is not stored under provider \"{provider}\"",
                cause,
                next ?? MigrateCommandLine.ToKms(expected.ConfigurationFile)
            );

        return found?.Value switch
        {
            null => CheckLine.Failed(
                Name,
                $"{datastore} has no {key}",
                "this is the datastore of another cluster, or the API server was started with another --etcd-prefix",
                "edgekms verify with --etcd-endpoints or --sqlite, and --etcd-prefix"
            ),
            { Form: StoredForm.KmsV2, Prefix: { } prefix } when ProviderName.IsOf(provider, prefix.Name) =>
                CheckLine.Ok(Name, $"{datastore} has the probe as {prefix}"),
            { Form: StoredForm.KmsV1, Prefix: { } prefix }
                when ProviderName.IsOf(provider, prefix.Name) && expected.Daemon.KmsV1 => CheckLine.Ok(
                Name,
                $"{datastore} has the probe as {prefix}, which no rotation moves"
            ),
            { Form: StoredForm.Plain } => Failed(
                "it is stored in the clear: identity is the first provider, or the API server encrypts no secrets"
            ),
            { Form: StoredForm.KmsV1, Prefix: { } prefix } => Failed(
                $"it is stored as {prefix}, which is KMS v1",
                prefix.Name == provider ? MigrateCommandLine.Renamed(expected.ConfigurationFile) : null
            ),
            { Prefix: { } prefix } => Failed($"it is stored as {prefix}, so another provider is the first one"),
            _ => Failed("it is stored in a form that EdgeKms doesn't know", "the log of the API server"),
        };
    }
}
