using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>One element of a list of providers.</summary>
/// <param name="Kind"><c>kms</c>, <c>identity</c>, <c>aescbc</c>, <c>aesgcm</c> or <c>secretbox</c>.</param>
/// <param name="Name">Of a KMS provider; else null.</param>
/// <param name="ApiVersion">Of a KMS provider: <c>v1</c> where the file leaves it out, as kube-apiserver takes it.</param>
/// <param name="Endpoint">Of a KMS provider; null where it is missing.</param>
public sealed record ConfiguredProvider(string Kind, string? Name, string? ApiVersion, string? Endpoint)
{
    public static readonly ConfiguredProvider Identity = new("identity", null, null, null);

    public static readonly IReadOnlyList<string> LocalKinds = ["aescbc", "aesgcm", "secretbox"];

    /// <summary>Of a KMS provider, as the file has it (Go's duration); null where it is missing: 3 s.</summary>
    public string? Timeout { get; init; }

    /// <summary>Of a KMS provider; null where it is missing.</summary>
    public int? CacheSize { get; init; }

    /// <summary>Of a provider with keys of its own, in their order: the first one writes.</summary>
    public IReadOnlyList<ConfiguredKey> Keys { get; init; } = [];

    public bool IsIdentity => Kind == "identity";

    public bool IsKms => Kind == "kms";

    /// <summary>True where the API server never sees that only the key has changed: kms-plugin-contract.md 2.9.</summary>
    public bool IsKmsV1 => IsKms && !string.Equals(ApiVersion, "v2", StringComparison.Ordinal);

    /// <summary>True where keys stand in the file itself.</summary>
    public bool IsLocal => !IsKms && !IsIdentity;

    /// <summary>True where this provider reads what stands in the datastore (k8s.io/apiserver finds it by its prefix).</summary>
    public bool Reads(StoredForm form, StoredPrefix? prefix) =>
        (Kind, prefix) switch
        {
            ("identity", _) => prefix is null,
            (_, null) => false,
            ("kms", var stored) => stored is { Provider: "kms" } && stored.Version == ApiVersion && stored.Name == Name,
            (_, var stored) => form != StoredForm.Plain
                && stored.Provider == Kind
                && Keys.Any(k => string.Equals(k.Name, stored.Name, StringComparison.Ordinal)),
        };

    /// <summary>True where the other one reads all that this one has stored: timeout and socket may differ.</summary>
    public bool StoresLike(ConfiguredProvider other) =>
        Kind == other.Kind
        && Name == other.Name
        && (!IsKms || IsKmsV1 == other.IsKmsV1)
        && Keys.All(k => other.Keys.Contains(k));

    public bool Equals(ConfiguredProvider? other) =>
        other is not null
        && (Kind, Name, ApiVersion, Endpoint, Timeout, CacheSize)
            == (other.Kind, other.Name, other.ApiVersion, other.Endpoint, other.Timeout, other.CacheSize)
        && Keys.Count == other.Keys.Count
        && Keys.Zip(other.Keys).All(k => k.First == k.Second);

    public override int GetHashCode() => HashCode.Combine(Kind, Name, ApiVersion, Endpoint, Keys.Count);

    /// <summary>For people: <c>kms "edgekms"</c>, <c>aescbc (key1)</c>, <c>identity</c>.</summary>
    public override string ToString() =>
        Name is not null ? $"{Kind} \"{Name}\""
        : Keys.Count > 0 ? $"{Kind} ({string.Join(", ", Keys.Select(k => k.Name))})"
        : Kind;
}

/// <summary>A key of the file, of which no more is kept than tells it from others.</summary>
/// <param name="Name">Stored with every object that it encrypts.</param>
/// <param name="Digest">SHA-256 of its text, as hexadecimal digits.</param>
/// <param name="Length">Bytes of the key; null where it isn't base64.</param>
public sealed record ConfiguredKey(string Name, string Digest, int? Length);
