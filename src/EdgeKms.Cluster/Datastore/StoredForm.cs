namespace EdgeKms.Cluster.Datastore;

/// <summary>How an object is stored (k8s.io/apiserver, storage/value and options/encryptionconfig).</summary>
public enum StoredForm
{
    /// <summary>None of the others: damaged, or written by something that this program doesn't know.</summary>
    Unknown,

    /// <summary>In the clear: the provider <c>identity</c>, or no encryption.</summary>
    Plain,

    /// <summary><c>k8s:enc:kms:v2:NAME:</c> and an EncryptedObject, which names its key.</summary>
    KmsV2,

    /// <summary><c>k8s:enc:kms:v1:NAME:</c> and a cipher, which names its key where it is one of EdgeKms.</summary>
    KmsV1,

    /// <summary>Encrypted with a key of the configuration file: <c>aescbc</c>, <c>aesgcm</c>, <c>secretbox</c>.</summary>
    LocalKey,
}
