using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>key-id</c>: the probe was encrypted under the key that <c>Status</c> announces.</summary>
internal static class KeyIdCheck
{
    internal const string Name = "key-id";

    internal static CheckLine Of(StoredValue stored, ProviderState daemon)
    {
        if (stored.Form != StoredForm.KmsV2)
            return CheckLine.Skipped(Name, "the probe was not stored by KMS v2");
        if (stored.KeyId is not { } key)
        {
            return CheckLine.Failed(
                Name,
                "the probe names no key",
                "what is stored after the prefix is no EncryptedObject",
                "the log of the API server"
            );
        }
        if (daemon.KeyId is not { } active)
            return CheckLine.Skipped(Name, $"the probe is under key {key}; edgekmsd doesn't tell its active key");
        return key == active
            ? CheckLine.Ok(Name, $"the probe is under the active key {key}")
            : CheckLine.Failed(
                Name,
                $"the probe is under key {key}, the active one is {active}",
                "the API server asks for the key once a minute and has not seen the new one yet, or asks another plugin",
                "edgekms verify again in two minutes"
            );
    }
}
