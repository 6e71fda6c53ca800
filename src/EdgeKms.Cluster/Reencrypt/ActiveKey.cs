using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>The key that every object shall be stored under.</summary>
/// <param name="Provider">The provider's name in the EncryptionConfiguration.</param>
/// <param name="Id">The key id that <c>Status</c> announces.</param>
/// <param name="Hash"><c>sha256:</c> and hex, as the API server's metrics name it.</param>
public sealed record ActiveKey(string Provider, string Id, string Hash)
{
    /// <summary>True for what the provider has encrypted with this key.</summary>
    internal bool Holds(StoredValue value) =>
        value is { Form: StoredForm.KmsV2, Prefix: { } prefix } && prefix.Name == Provider && value.KeyId == Id;
}
