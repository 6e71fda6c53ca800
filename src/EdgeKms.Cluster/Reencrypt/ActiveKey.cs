using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>The key that every object shall be stored under.</summary>
/// <param name="Provider">The provider's name in the EncryptionConfiguration.</param>
/// <param name="Id">The key id that <c>Status</c> announces.</param>
/// <param name="Hash"><c>sha256:</c> and hex, as the API server's metrics name it.</param>
public sealed record ActiveKey(string Provider, string Id, string Hash)
{
    internal StoredState StateOf(StoredValue value) =>
        value switch
        {
            { Form: StoredForm.Plain } => StoredState.Plain,
            { Form: StoredForm.KmsV2, Prefix: { } prefix, KeyId: { } key } when prefix.Name == Provider => key == Id
                ? StoredState.Fresh
                : StoredState.Stale,
            _ => StoredState.Foreign,
        };
}
