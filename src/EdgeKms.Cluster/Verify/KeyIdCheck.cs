using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>key-id</c>: the probe was encrypted under the key that <c>Status</c> announces; with KMS v1, under the active one.</summary>
internal static class KeyIdCheck
{
    internal const string Name = "key-id";

    internal static CheckLine Of(StoredValue stored, ProviderState daemon)
    {
        if (stored.Form is not (StoredForm.KmsV2 or StoredForm.KmsV1))
            return CheckLine.Skipped(Name, "the probe was not stored by KMS");
        if (stored.KeyId is not { } key)
        {
            return CheckLine.Failed(
                Name,
                "the probe names no key",
                stored.Form == StoredForm.KmsV1
                    ? "what is stored after the prefix is no cipher of EdgeKms: another plugin made it"
                    : "what is stored after the prefix is no EncryptedObject",
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
                stored.Form == StoredForm.KmsV1
                    ? "the key was rotated a moment ago, or the API server asks another plugin"
                    : "the API server asks for the key once a minute and has not seen the new one yet, or asks another plugin",
                "edgekms verify again in two minutes"
            );
    }
}
