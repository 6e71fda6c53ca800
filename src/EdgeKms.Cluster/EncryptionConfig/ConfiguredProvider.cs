namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>One element of a list of providers.</summary>
/// <param name="Kind"><c>kms</c>, <c>identity</c>, <c>aescbc</c>, <c>aesgcm</c> or <c>secretbox</c>.</param>
/// <param name="Name">Of a KMS provider; else null.</param>
/// <param name="ApiVersion">Of a KMS provider: <c>v1</c> where the file leaves it out, as kube-apiserver takes it.</param>
/// <param name="Endpoint">Of a KMS provider; null where it is missing.</param>
public sealed record ConfiguredProvider(string Kind, string? Name, string? ApiVersion, string? Endpoint)
{
    public bool IsIdentity => Kind == "identity";

    public bool IsKms => Kind == "kms";

    /// <summary>True where the API server never sees that only the key has changed: kms-plugin-contract.md 2.9.</summary>
    public bool IsKmsV1 => IsKms && !string.Equals(ApiVersion, "v2", StringComparison.Ordinal);

    /// <summary>For people: <c>kms "edgekms"</c>, <c>identity</c>.</summary>
    public override string ToString() => Name is null ? Kind : $"{Kind} \"{Name}\"";
}
