namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// What can be said of a stored value without opening it. Nothing of the value itself is kept: it may be a Secret in the
/// clear.
/// </summary>
/// <param name="Form">How it is stored.</param>
/// <param name="Prefix">What it begins with, where it is encrypted; else null.</param>
/// <param name="KeyId">Id of the KEK, for <see cref="StoredForm.KmsV2"/>, and for <see cref="StoredForm.KmsV1"/> where EdgeKms
/// wrapped it; null where the object is damaged.</param>
public readonly record struct StoredValue(StoredForm Form, StoredPrefix? Prefix, string? KeyId)
{
    public static StoredValue Parse(ReadOnlySpan<byte> value)
    {
        if (StoredPrefix.Parse(value, out var length) is not { } prefix)
            return new StoredValue(IsPlain(value) ? StoredForm.Plain : StoredForm.Unknown, null, null);
        return (prefix.Provider, prefix.Version) switch
        {
            ("kms", "v2") => new StoredValue(StoredForm.KmsV2, prefix, EncryptedObject.KeyId(value[length..])),
            ("kms", "v1") => new StoredValue(StoredForm.KmsV1, prefix, KmsV1Object.KeyId(value[length..])),
            ("aescbc" or "aesgcm" or "secretbox", "v1") => new StoredValue(StoredForm.LocalKey, prefix, null),
            _ => new StoredValue(StoredForm.Unknown, prefix, null),
        };
    }

    /// <summary>Kubernetes' protobuf begins with <c>k8s\0</c> (apimachinery, serializer/protobuf); the rest is JSON.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> value) => value.StartsWith("k8s\0"u8) || value is [(byte)'{', ..];
}
